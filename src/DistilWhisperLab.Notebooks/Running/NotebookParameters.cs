using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>
/// Parameters as papermill has them: a cell tagged <c>parameters</c> declares them with their defaults, and a run
/// puts a cell tagged <c>injected-parameters</c> with the given values behind it.
/// </summary>
public static class NotebookParameters
{
    private const string DeclaringTag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>The parameters that a notebook declares, with their C# types (<c>string</c>, <c>int</c>, <c>double</c>, <c>bool</c>).</summary>
    public static IReadOnlyDictionary<string, string> Declared(NotebookDocument notebook)
    {
        var declared = new Dictionary<string, string>();
        if (Cell(notebook) is { } cell)
        {
            var options = new CSharpParseOptions(kind: SourceCodeKind.Script);
            var root = CSharpSyntaxTree.ParseText(cell.Source, options).GetRoot();
            foreach (var declaration in root.ChildNodes().OfType<FieldDeclarationSyntax>().Select(field => field.Declaration))
            {
                foreach (var variable in declaration.Variables)
                {
                    declared[variable.Identifier.ValueText] = TypeOf(declaration.Type, variable.Initializer?.Value);
                }
            }
        }

        return declared;
    }

    /// <summary>Injects those values whose names the notebook declares; the others are another notebook's.</summary>
    /// <exception cref="UsageException">A value does not fit the declared type.</exception>
    public static void Inject(NotebookDocument notebook, IReadOnlyDictionary<string, string> values)
    {
        var declared = Declared(notebook);
        var lines = values.Where(value => declared.ContainsKey(value.Key))
            .Select(value => $"{declared[value.Key]} {Identifier(value.Key)} = {Literal(value.Key, declared[value.Key], value.Value)};")
            .ToList();
        if (lines.Count > 0)
        {
            notebook.InsertCode(Cell(notebook)!, string.Join('\n', lines), InjectedTag);
        }
    }

    // out, which every run gives, is a word of C#: a notebook declares it as @out.
    private static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private static NotebookCell? Cell(NotebookDocument notebook) =>
        notebook.Cells.FirstOrDefault(cell => cell.IsCode && cell.Tags.Contains(DeclaringTag));

    private static string TypeOf(TypeSyntax type, ExpressionSyntax? value) =>
        type.IsVar
            ? value?.Kind() switch
            {
                SyntaxKind.TrueLiteralExpression or SyntaxKind.FalseLiteralExpression => "bool",
                SyntaxKind.NumericLiteralExpression when ((LiteralExpressionSyntax)value).Token.Value is int => "int",
                SyntaxKind.NumericLiteralExpression => "double",
                _ => "string",
            }
            : type.ToString();

    private static string Literal(string name, string type, string value) => type.TrimEnd('?') switch
    {
        "string" => SymbolDisplay.FormatLiteral(value, quote: true),
        "int" when int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            number.ToString(),
        "double" when double.TryParse(value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            number.ToString("R") + "d",
        "bool" when bool.TryParse(value, out var truth) => truth ? "true" : "false",
        "int" or "double" or "bool" => throw new UsageException(
            $"-p {name}={value}: the notebook declares {name} as {type}, and {value} is none."),
        _ => throw new UsageException(
            $"-p {name}={value}: the notebook declares {name} as {type}; only string, int, double and bool can be set."),
    };
}
