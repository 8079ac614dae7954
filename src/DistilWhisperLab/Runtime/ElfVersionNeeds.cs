using System.Buffers.Binary;
using System.Text;

namespace DistilWhisperLab.Runtime;

/// <summary>
/// Reads and relaxes the symbol versions that a 64-bit little-endian ELF library asks of other libraries
/// (section <c>.gnu.version_r</c>, described in the ELF gABI and the Linux Standard Base).
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeDynamicSymbols = 11;
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const uint SectionTypeSymbolVersions = 0x6fffffff;
    private const ushort FlagWeak = 2;
    private const int SymbolSize = 24;

    /// <summary>
    /// Marks the need for <paramref name="version"/> as weak, so that the loader accepts a system library that lacks
    /// it, provided that nothing but <paramref name="marker"/> is bound to that version.
    /// </summary>
    /// <param name="elf">The whole library.</param>
    /// <param name="version">The symbol version, for example <c>GLIBCXX_3.4.32</c>.</param>
    /// <param name="marker">The one symbol that may be bound to it because no code uses its address.</param>
    /// <returns>A changed copy, or null where the library does not ask for that version.</returns>
    /// <exception cref="InvalidDataException">
    /// The bytes are no such ELF library, or another symbol needs the version, so that relaxing would be unsafe.
    /// </exception>
    public static byte[]? Relax(ReadOnlySpan<byte> elf, string version, string marker)
    {
        var sections = ReadSections(elf);
        var needs = sections.FirstOrDefault(s => s.Type == SectionTypeVersionNeeds);
        if (needs.Type == 0)
        {
            return null;
        }

        var entry = FindEntry(elf, sections, needs, version);
        if (entry < 0)
        {
            return null;
        }

        var index = ReadUInt16(elf, entry + 6);
        foreach (var symbol in SymbolsOfVersion(elf, sections, index))
        {
            if (symbol != marker)
            {
                throw new InvalidDataException($"symbol {symbol} needs version {version}");
            }
        }

        var relaxed = elf.ToArray();
        var flags = (ushort)(ReadUInt16(elf, entry + 4) | FlagWeak);
        BinaryPrimitives.WriteUInt16LittleEndian(relaxed.AsSpan(entry + 4), flags);
        return relaxed;
    }

    private readonly record struct Section(uint Type, int Offset, int Size, int Link, int Info);

    private static Section[] ReadSections(ReadOnlySpan<byte> elf)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual("\u007fELF"u8) || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        }

        var table = ReadOffset(elf, 0x28);
        var size = ReadUInt16(elf, 0x3a);
        var count = ReadUInt16(elf, 0x3c);
        var sections = new Section[count];
        for (var i = 0; i < count; i++)
        {
            var at = table + i * size;
            sections[i] = new Section(
                ReadUInt32(elf, at + 4),
                ReadOffset(elf, at + 0x18),
                ReadOffset(elf, at + 0x20),
                (int)ReadUInt32(elf, at + 0x28),
                (int)ReadUInt32(elf, at + 0x2c));
        }

        return sections;
    }

    private static Section LinkOf(Section[] sections, Section section) =>
        section.Link >= 0 && section.Link < sections.Length
            ? sections[section.Link]
            : throw new InvalidDataException("a section's link leads out of the section table");

    /// <summary>The offset of the auxiliary entry that names the version, or -1.</summary>
    private static int FindEntry(ReadOnlySpan<byte> elf, Section[] sections, Section needs, string version)
    {
        var names = LinkOf(sections, needs).Offset;
        var need = needs.Offset;
        for (var n = 0; n < needs.Info; n++)
        {
            var count = ReadUInt16(elf, need + 2);
            var entry = need + (int)ReadUInt32(elf, need + 8);
            for (var i = 0; i < count; i++)
            {
                if (ReadString(elf, names + (int)ReadUInt32(elf, entry + 8)) == version)
                {
                    return entry;
                }

                var nextEntry = (int)ReadUInt32(elf, entry + 12);
                if (nextEntry == 0)
                {
                    break;
                }

                entry += nextEntry;
            }

            var nextNeed = (int)ReadUInt32(elf, need + 12);
            if (nextNeed == 0)
            {
                break; // The chain's end counts, not only the number of entries: a damaged one could be huge.
            }

            need += nextNeed;
        }

        return -1;
    }

    private static List<string> SymbolsOfVersion(ReadOnlySpan<byte> elf, Section[] sections, ushort index)
    {
        var symbols = sections.FirstOrDefault(s => s.Type == SectionTypeDynamicSymbols);
        var versions = sections.FirstOrDefault(s => s.Type == SectionTypeSymbolVersions);
        var found = new List<string>();
        for (var i = 0; i < versions.Size / 2; i++)
        {
            if ((ReadUInt16(elf, versions.Offset + 2 * i) & 0x7fff) == index)
            {
                var name = (int)ReadUInt32(elf, symbols.Offset + SymbolSize * i);
                found.Add(ReadString(elf, LinkOf(sections, symbols).Offset + name));
            }
        }

        return found;
    }

    private static string ReadString(ReadOnlySpan<byte> elf, int at)
    {
        var rest = At(elf, at, 0);
        var end = rest.IndexOf((byte)0);
        return end < 0 ? throw Truncated() : Encoding.ASCII.GetString(rest[..end]);
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> elf, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(At(elf, at, 2));

    private static uint ReadUInt32(ReadOnlySpan<byte> elf, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(At(elf, at, 4));

    /// <summary>A 64-bit offset or size; no offset beyond an int lies in a span.</summary>
    private static int ReadOffset(ReadOnlySpan<byte> elf, int at)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(At(elf, at, 8));
        return value <= int.MaxValue ? (int)value : throw Truncated();
    }

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> elf, int at, int length) =>
        at < 0 || at > elf.Length - length ? throw Truncated() : elf[at..];

    private static InvalidDataException Truncated() => new("the ELF file is truncated");
}
