using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DistilWhisperLab.Notebooks.Report;

/// <summary>C# as HTML with its keywords, strings, numbers, comments and calls marked, by Roslyn's own lexer.</summary>
internal static class CodeHighlighter
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    public static string Highlight(string code)
    {
        var html = new StringBuilder();
        foreach (var line in Directives(ref code))
        {
            html.Append(Span("directive", line));
        }

        var tokens = CSharpSyntaxTree.ParseText(code, Script).GetRoot().DescendantTokens(descendIntoTrivia: false);
        foreach (var token in tokens)
        {
            AppendTrivia(html, token.LeadingTrivia);
            html.Append(ClassOf(token) is { } name ? Span(name, token.Text) : Html.Encode(token.Text));
            AppendTrivia(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    // #!import and its like are the notebook's, not C#'s; they stand first in a cell.
    private static List<string> Directives(ref string code)
    {
        var lines = new List<string>();
        while (code.StartsWith("#!"))
        {
            var end = code.IndexOf('\n') + 1;
            end = end == 0 ? code.Length : end;
            lines.Add(code[..end]);
            code = code[end..];
        }

        return lines;
    }

    private static void AppendTrivia(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (var trivia in list)
        {
            var text = trivia.ToFullString();
            html.Append(string.IsNullOrWhiteSpace(text) ? text : Span("comment", text));
        }
    }

    private static string? ClassOf(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "number",
        SyntaxKind.CharacterLiteralToken or SyntaxKind.StringLiteralToken or SyntaxKind.Utf8StringLiteralToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.InterpolatedVerbatimStringStartToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken
            or SyntaxKind.InterpolatedRawStringEndToken => "string",
        SyntaxKind.IdentifierToken when token.Text is "var" or "dynamic" or "nameof" => "keyword",
        SyntaxKind.IdentifierToken when token.GetNextToken().IsKind(SyntaxKind.OpenParenToken) => "call",
        var kind when SyntaxFacts.IsKeywordKind(kind) => "keyword",
        _ => null,
    };

    private static string Span(string name, string text) => $"<span class=\"{name}\">{Html.Encode(text)}</span>";
}
