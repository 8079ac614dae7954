using System.Text;
using CsCheck;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Runtime;

public class ElfVersionNeedsTests
{
    private const string Missing = "GLIBCXX_3.4.32";
    private const string Marker = "marker_symbol";

    /// <summary>Index of <see cref="Missing"/> in <see cref="Library"/>.</summary>
    private const int MissingIndex = 5;

    [Fact]
    public void Only_the_weak_flag_of_that_one_version_is_set()
    {
        var library = Library();
        var original = library.Build();

        var relaxed = ElfVersionNeeds.Relax(original, Missing, Marker)!;

        var expected = original.ToArray();
        expected[library.FlagOffsets[Missing]] = 2;
        Assert.Equal(expected, relaxed);
    }

    [Fact]
    public void The_bytes_given_stay_as_they_were()
    {
        var original = Library().Build();
        var before = original.ToArray();
        ElfVersionNeeds.Relax(original, Missing, Marker);
        Assert.Equal(before, original);
    }

    [Fact]
    public void A_flag_that_was_there_is_kept()
    {
        var library = Library();
        var original = library.Build();
        original[library.FlagOffsets[Missing]] = 1;
        Assert.Equal(3, ElfVersionNeeds.Relax(original, Missing, Marker)![library.FlagOffsets[Missing]]);
    }

    [Theory]
    [InlineData(MissingIndex)]
    [InlineData(MissingIndex | 0x8000)]
    public void Another_symbol_of_that_version_is_refused_by_name(int version)
    {
        var library = Library();
        library.Symbols.Insert(1, ("really_needed", version));
        var e = Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Relax(library.Build(), Missing, Marker));
        Assert.Contains("really_needed", e.Message);
        Assert.Contains(Missing, e.Message);
    }

    [Fact]
    public void A_library_that_does_not_need_the_version_is_left_alone()
    {
        Assert.Null(ElfVersionNeeds.Relax(Library().Build(), "GLIBCXX_3.4.99", Marker));
        Assert.Null(ElfVersionNeeds.Relax(new ElfBuilder().Build(), Missing, Marker));
    }

    [Fact]
    public void A_version_whose_name_only_begins_alike_is_another_one()
    {
        var library = new ElfBuilder();
        library.Needs.Add(("libstdc++.so.6", [Missing + "1"]));
        library.Symbols.Add((Marker, 2));
        Assert.Null(ElfVersionNeeds.Relax(library.Build(), Missing, Marker));
    }

    [Fact]
    public void A_library_cut_off_anywhere_is_invalid_data()
    {
        var whole = Library().Build();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Relax(whole.AsSpan(0, length), Missing, Marker));
        }
    }

    [Theory]
    [InlineData("MZ: a Windows library")]
    [InlineData("\u007fELF\u0001\u0001 of 32 bits")]
    [InlineData("\u007fELF\u0002\u0002 of big-endian order")]
    public void Other_formats_are_invalid_data(string start)
    {
        var bytes = new byte[200];
        Encoding.ASCII.GetBytes(start).CopyTo(bytes, 0);
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Relax(bytes, Missing, Marker));
    }

    [Fact]
    public void Damage_is_never_worse_than_invalid_data()
    {
        var whole = Library().Build();
        Gen.Select(Gen.Int[4, whole.Length - 4], Gen.UInt).Sample((at, value) =>
        {
            var damaged = whole.ToArray();
            BitConverter.TryWriteBytes(damaged.AsSpan(at), value);
            try
            {
                ElfVersionNeeds.Relax(damaged, Missing, Marker);
            }
            catch (InvalidDataException)
            {
            }
        }, iter: 20_000);
    }

    private static ElfBuilder Library()
    {
        var library = new ElfBuilder();
        library.Needs.Add(("libc.so.6", ["GLIBC_2.2.5", "GLIBC_2.14"]));
        library.Needs.Add(("libstdc++.so.6", ["GLIBCXX_3.4", Missing]));
        library.Symbols.Add(("malloc", 2));
        library.Symbols.Add(("own_function", 1));
        library.Symbols.Add(("_ZSt4cout", 4));
        library.Symbols.Add((Marker, MissingIndex));
        return library;
    }
}
