using System.Text.Json.Nodes;
using Plotly.NET;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// A Plotly.NET chart as HTML that draws offline: its data and a few lines that wait for plotly.js on the page, in
/// place of Plotly.NET's own HTML, which fetches require.js and plotly.js from a network.
/// </summary>
internal static class ChartView
{
    private const double DefaultHeight = 420;

    // Plotly.NET writes this size into every layout that names none.
    private const int PlotlyNetDefault = 600;

    /// <summary>
    /// Finds its element (VS Code may put an output into a shadow root), waits for plotly.js, dresses the chart in the
    /// colours around it, and again when the theme changes.
    /// </summary>
    private const string Script =
        """
        function find(root){var e=root.getElementById?root.getElementById(id):root.querySelector('#'+id);if(e)return e;
        var all=root.querySelectorAll('*');for(var i=0;i<all.length;i++)if(all[i].shadowRoot){e=find(all[i].shadowRoot);if(e)return e}return null}
        function look(e){var ink=getComputedStyle(e).color,line='rgba(128,128,128,.25)',
        axis={gridcolor:line,zerolinecolor:line,linecolor:line,automargin:true};
        return{layout:{font:{color:ink,family:'system-ui,sans-serif',size:13},paper_bgcolor:'rgba(0,0,0,0)',
        plot_bgcolor:'rgba(0,0,0,0)',xaxis:axis,yaxis:axis,margin:{l:64,r:24,t:56,b:56},
        title:{x:0,xref:'paper',xanchor:'left',font:{size:16}},hoverlabel:{font:{family:'system-ui,sans-serif'}},
        colorway:['#2f7fb5','#d55e00','#1b9e77','#cc79a7','#b8860b','#56b4e9','#7a6fd0','#8c8c8c']}}}
        function draw(left){var e=find(document);if(e&&window.Plotly){figure.layout.template=look(e);
        Plotly.newPlot(e,figure.data,figure.layout,figure.config);
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change',function(){Plotly.relayout(e,{template:look(e)})})}
        else if(left)setTimeout(function(){draw(left-1)},100);
        else if(e)e.textContent='This chart needs plotly.js, which the notebook\u2019s first cell brings: run it.'}
        draw(300)
        """;

    public static string Render(GenericChart chart)
    {
        var figure = JsonNode.Parse(GenericChart.toFigureJson(chart))!.AsObject();
        var layout = figure["layout"]?.AsObject() ?? [];
        figure["layout"] = layout;
        figure.Remove("frames");
        layout.Remove("template");
        if ((double?)layout["width"] == PlotlyNetDefault && (double?)layout["height"] == PlotlyNetDefault)
        {
            layout.Remove("width");
            layout["height"] = DefaultHeight;
        }

        figure["config"] = new JsonObject { ["responsive"] = true, ["displaylogo"] = false };

        // System.Text.Json writes < as \u003C, so that no text in the chart can end the script.
        var height = (double?)layout["height"] ?? DefaultHeight;
        var id = $"chart-{Guid.NewGuid():N}";
        return $$"""
            <div id="{{id}}" class="dwl-chart" style="width:100%;min-height:{{height}}px"></div><script>(function(){var id="{{id}}",figure={{figure.ToJsonString()}};
            {{Script}}})()</script>
            """;
    }

    /// <summary>The chart's place in an output of plain text.</summary>
    public static string Text(GenericChart chart)
    {
        var layout = JsonNode.Parse(GenericChart.toFigureJson(chart))!["layout"];
        var title = layout?["title"] is JsonObject { } t ? t["text"]?.ToString() : layout?["title"]?.ToString();
        return string.IsNullOrEmpty(title) ? "[chart]" : $"[chart: {title}]";
    }
}
