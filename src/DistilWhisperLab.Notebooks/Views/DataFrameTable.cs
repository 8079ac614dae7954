using System.Text;
using Microsoft.Data.Analysis;

namespace DistilWhisperLab.Notebooks;

/// <summary>A <see cref="DataFrame"/> as a table: numbers on the right, long frames cut with their length said.</summary>
internal static class DataFrameTable
{
    /// <summary>Rows shown; a notebook is for reading, not for scrolling.</summary>
    public const int RowLimit = 50;

    private const string Style =
        $$"""
        <style>.dwl-table{overflow-x:auto;margin:.6em 0}.dwl-table table{border-collapse:collapse;font-size:.92em;
        font-variant-numeric:tabular-nums;margin:0}.dwl-table th,.dwl-table td{padding:.32em .9em!important;
        text-align:left!important;white-space:nowrap;border:0;border-bottom:1px solid {{Html.Line}}}
        .dwl-table th{font-weight:600;border-bottom-width:2px}.dwl-table .num{text-align:right!important}
        .dwl-table .none{opacity:.45}.dwl-table p{margin:.4em .9em;font-size:.85em;opacity:.7}</style>
        """;

    public static string Render(DataFrame frame)
    {
        var html = new StringBuilder($"<div class=\"dwl-table\">{Style}<table><thead><tr>");
        foreach (var column in frame.Columns)
        {
            html.Append($"<th{Align(column)}>{Html.Encode(column.Name)}</th>");
        }

        html.Append("</tr></thead><tbody>");
        var rows = frame.Rows.Count;
        for (var row = 0L; row < Math.Min(rows, RowLimit); row++)
        {
            html.Append("<tr>");
            foreach (var column in frame.Columns)
            {
                html.Append(column[row] is { } value
                    ? $"<td{Align(column)}>{Html.Encode(Text(value))}</td>"
                    : $"<td class=\"none{(column.IsNumericColumn() ? " num" : "")}\">–</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table>");
        if (rows > RowLimit)
        {
            html.Append($"<p>the first {RowLimit} of {rows:#,0} rows</p>");
        }

        return html.Append("</div>").ToString();
    }

    private static string Align(DataFrameColumn column) => column.IsNumericColumn() ? " class=\"num\"" : "";

    private static string Text(object value) => value switch
    {
        double number => Html.Number(number),
        float number => Html.Number(number),
        decimal number => Html.Number((double)number),
        sbyte or byte or short or ushort or int or uint or long or ulong => $"{value:#,0}".Replace('-', '−'),
        DateTime time => time.ToString(time.TimeOfDay == default ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss"),
        _ => value.ToString() ?? "",
    };
}
