using System.Globalization;
using System.Numerics;
using System.Text;

namespace DistilWhisperLab.Text;

/// <summary>
/// The number that is being spoken, and the words written so far. It is an integer while words add up ("two hundred
/// five") and a run of digits once they can only be strung together ("nineteen eighty", "one point five").
/// </summary>
internal sealed class NumberInProgress
{
    // Where the reference (Python) refuses to turn digits into an integer.
    private const int LongestInteger = 4300;

    private BigInteger? _integer;
    private StringBuilder? _digits;

    public List<string> Written { get; } = [];

    public bool IsPending => _integer is not null || _digits is not null;

    /// <summary>Written before the next output, whatever that is; the last one said counts.</summary>
    public string Prefix { private get; set; } = "";

    /// <summary>A number in digits, with a currency sign or none.</summary>
    public void Numeral(string word, string sign)
    {
        if (_digits is [.., '.'])
        {
            _digits.Append(word);
            return;
        }

        End();
        Prefix = sign.Length > 0 ? sign : Prefix;
        var digits = word[sign.Length..];
        if (Fraction(digits) is { } value && value.Numerator % value.Denominator == 0)
        {
            _integer = value.Numerator / value.Denominator;
        }
        else
        {
            _digits = new StringBuilder(digits);
        }
    }

    /// <summary>Strings digits on. A pending zero is forgotten, as the reference does.</summary>
    public void AppendDigits(string digits)
    {
        if (_integer == BigInteger.Zero)
        {
            _integer = null;
        }

        Concatenate(digits);
    }

    /// <summary>One to nineteen.</summary>
    public void AddOnes(int ones, bool afterOnes, bool afterTens)
    {
        if (_digits is not null || (_integer is not null && afterOnes))
        {
            if (afterTens && ones < 10)
            {
                _digits!.Length--; // The last zero makes room for the digit: 19 20 and five is 1925.
            }

            Concatenate(ones.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            AddOrConcatenate(ones, room: ones < 10 ? 10 : 100);
        }
    }

    /// <summary>Twenty to ninety.</summary>
    public void AddTens(int tens) => AddOrConcatenate(tens, room: 100);

    /// <summary>Hundred, thousand and so on apply to what was said since the last thousands.</summary>
    public void Multiply(BigInteger multiplier)
    {
        if (_digits is not null)
        {
            var product = Fraction(_digits.ToString()) is { } value && value.Numerator * multiplier % value.Denominator == 0
                ? value.Numerator * multiplier / value.Denominator
                : (BigInteger?)null;
            if (product is null)
            {
                End();
            }

            (_integer, _digits) = (product ?? multiplier, null);
        }
        else
        {
            _integer = _integer is { } integer ? integer - (integer % 1000) + (integer % 1000 * multiplier) : multiplier;
        }
    }

    /// <summary>Ends the number at once where the word was an ordinal or a plural.</summary>
    public void EndOrdinal(string suffix)
    {
        if (suffix.Length > 0)
        {
            End(suffix);
        }
    }

    /// <summary>Writes the number, if there is one, with what follows its digits.</summary>
    public void End(string suffix = "")
    {
        if (IsPending)
        {
            Write((_digits?.ToString() ?? _integer!.Value.ToString(CultureInfo.InvariantCulture)) + suffix);
            (_integer, _digits) = (null, null);
        }
    }

    /// <summary>Writes a word, behind the prefix that is due.</summary>
    public void Write(string word)
    {
        Written.Add(Prefix + word);
        Prefix = "";
    }

    private void AddOrConcatenate(int value, int room)
    {
        if (_digits is null && (_integer ?? 0) % room == 0)
        {
            _integer = (_integer ?? 0) + value;
        }
        else
        {
            Concatenate(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Concatenate(string digits)
    {
        _digits ??= new StringBuilder(_integer?.ToString(CultureInfo.InvariantCulture));
        _digits.Append(digits);
        _integer = null;
    }

    private static (BigInteger Numerator, BigInteger Denominator)? Fraction(string text)
    {
        var digits = new StringBuilder(text.Length);
        var decimals = -1;
        foreach (var c in text)
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(c);
            if (digit < 0 && (c != '.' || decimals >= 0))
            {
                return null;
            }

            if (digit >= 0)
            {
                digits.Append(digit);
            }

            decimals += digit < 0 || decimals >= 0 ? 1 : 0;
        }

        return digits.Length is 0 or > LongestInteger
            ? null
            : (BigInteger.Parse(digits.ToString(), CultureInfo.InvariantCulture), BigInteger.Pow(10, Math.Max(decimals, 0)));
    }
}
