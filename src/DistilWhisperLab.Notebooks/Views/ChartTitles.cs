using Plotly.NET;

namespace DistilWhisperLab.Notebooks;

/// <summary>Titles of a chart and its axes in one call; Plotly.NET's C# layer has none for the chart's own.</summary>
public static class ChartTitles
{
    /// <summary>The chart with a title above it and one on each axis.</summary>
    public static GenericChart Titled(this GenericChart chart, string title, string x, string y)
    {
        var layout = new Layout();
        layout.SetProperty("title", Text(title));
        layout.SetProperty("xaxis", Titled(x));
        layout.SetProperty("yaxis", Titled(y));
        // Below the axis, a legend leaves the width of a page to the chart.
        layout.SetProperty("legend", Legend());
        return GenericChart.addLayout(layout, chart);
    }

    private static DynamicObj.DynamicObj Titled(string text) => With("title", Text(text));

    private static DynamicObj.DynamicObj Text(string text) => With("text", text);

    private static DynamicObj.DynamicObj Legend()
    {
        var legend = With("orientation", "h");
        legend.SetProperty("y", -0.25);
        return legend;
    }

    private static DynamicObj.DynamicObj With(string name, object value)
    {
        var properties = new DynamicObj.DynamicObj();
        properties.SetProperty(name, value);
        return properties;
    }
}
