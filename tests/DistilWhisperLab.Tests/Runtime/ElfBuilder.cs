using System.Buffers.Binary;
using System.Text;

namespace DistilWhisperLab.Tests.Runtime;

/// <summary>
/// Writes a 64-bit little-endian ELF library byte by byte, with no more than the loader's view of symbol versions:
/// dynamic symbols, their versions and the versions needed. Everything lies so that each byte up to the last is needed.
/// </summary>
internal sealed class ElfBuilder
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int NeedSize = 16;

    /// <summary>Libraries with the versions needed of each; a version's index is its place, counted from 2.</summary>
    public List<(string Library, string[] Versions)> Needs { get; } = [];

    /// <summary>Symbols with the index of their version, 1 for none, bit 15 for hidden.</summary>
    public List<(string Name, int Version)> Symbols { get; } = [];

    /// <summary>Where the flags of each needed version were written.</summary>
    public Dictionary<string, int> FlagOffsets { get; } = [];

    public byte[] Build()
    {
        var names = new List<byte> { 0 };
        int NameOf(string text)
        {
            var at = names.Count;
            names.AddRange(Encoding.ASCII.GetBytes(text));
            names.Add(0);
            return at;
        }

        FlagOffsets.Clear();
        var needsSize = Needs.Sum(need => NeedSize * (1 + need.Versions.Length));
        var sections = HeaderSize;
        var symbols = sections + 5 * SectionHeaderSize;
        var versions = symbols + SymbolSize * (Symbols.Count + 1);
        var needs = versions + 2 * (Symbols.Count + 1);
        var strings = needs + needsSize;
        var elf = new byte[strings];

        void U16(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(at), (ushort)value);
        void U32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(elf.AsSpan(at), value);
        void U64(int at, int value) => BinaryPrimitives.WriteInt64LittleEndian(elf.AsSpan(at), value);

        var entry = needs;
        var index = 2;
        for (var n = 0; n < Needs.Count; n++)
        {
            var (library, needed) = Needs[n];
            var size = NeedSize * (1 + needed.Length);
            U16(entry, 1); // vn_version
            U16(entry + 2, needed.Length); // vn_cnt
            U32(entry + 4, NameOf(library)); // vn_file
            U32(entry + 8, NeedSize); // vn_aux
            U32(entry + 12, n == Needs.Count - 1 ? 0 : size); // vn_next
            for (var i = 0; i < needed.Length; i++)
            {
                var auxiliary = entry + NeedSize * (1 + i);
                FlagOffsets[needed[i]] = auxiliary + 4;
                U16(auxiliary + 6, index++); // vna_other
                U32(auxiliary + 8, NameOf(needed[i])); // vna_name
                U32(auxiliary + 12, i == needed.Length - 1 ? 0 : NeedSize); // vna_next
            }

            entry += size;
        }

        for (var i = 0; i < Symbols.Count; i++)
        {
            U32(symbols + SymbolSize * (i + 1), NameOf(Symbols[i].Name)); // st_name
            U16(versions + 2 * (i + 1), Symbols[i].Version);
        }

        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(elf, 0);
        U64(0x28, sections); // e_shoff
        U16(0x3a, SectionHeaderSize); // e_shentsize
        U16(0x3c, 5); // e_shnum
        void Section(int number, uint type, int offset, int size, int link, int info)
        {
            var at = sections + number * SectionHeaderSize;
            U32(at + 4, (int)type);
            U64(at + 0x18, offset);
            U64(at + 0x20, size);
            U32(at + 0x28, link);
            U32(at + 0x2c, info);
        }

        Section(1, 11, symbols, SymbolSize * (Symbols.Count + 1), link: 3, info: 1); // .dynsym
        Section(2, 0x6fffffff, versions, 2 * (Symbols.Count + 1), link: 1, info: 0); // .gnu.version
        Section(3, 3, strings, names.Count, link: 0, info: 0); // .dynstr
        if (Needs.Count > 0)
        {
            Section(4, 0x6ffffffe, needs, needsSize, link: 3, info: Needs.Count); // .gnu.version_r
        }

        return [.. elf, .. names];
    }
}
