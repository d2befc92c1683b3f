using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace TaskRouter.Engine.Expressions;

// The grammar; one method per line of it. Words in any letter case, white space anywhere between tokens.
//
//   condition   = conjunction { OR conjunction }
//   conjunction = negation { AND negation }
//   negation    = NOT negation | "(" condition ")" | comparison
//   comparison  = operand operator operand
//   operator    = "==" | "=" | "!=" | "<>" | ">=" | "<=" | ">" | "<" | [NOT] member
//   member      = CONTAINS | HAS | ">-" | IN | "<-"
//   operand     = list | scalar
//   list        = "[" [ scalar { "," scalar } ] "]"
//   scalar      = quoted text | number | TRUE | FALSE | NULL | path
//   path        = name { "." name | "[" digits "]" }
//   orderings   = ordering { "," ordering }
//   ordering    = path [ ASC | DESC ]

/// <summary>Turns text into syntax. The first error wins; from then on every method returns null.</summary>
internal sealed class Parser
{
    public const int LengthMax = 65_536;
    public const int NestingMax = 100;

    // How much of an offending token an error repeats.
    private const int ShownMax = 20;

    private readonly string _text;
    private Tokenizer _tokenizer;
    private Token _token;
    private int _nesting;
    private string? _error;

    private Parser(string text)
    {
        _text = text;
        _tokenizer = new Tokenizer(text);
        if (text.Length > LengthMax)
        {
            _error = ErrorAt($"longer than {LengthMax} characters", LengthMax);
            return;
        }

        _token = _tokenizer.Next();
    }

    public static bool TryParseCondition(
        string text,
        [NotNullWhen(true)] out ConditionSyntax? condition,
        [NotNullWhen(false)] out string? error) =>
        TryParse(text, static parser => parser.Condition(), out condition, out error);

    public static bool TryParseOrderings(
        string text,
        [NotNullWhen(true)] out List<OrderingSyntax>? orderings,
        [NotNullWhen(false)] out string? error) =>
        TryParse(text, static parser => parser.Orderings(), out orderings, out error);

    public static bool TryParsePath(
        string text, [NotNullWhen(true)] out PathSyntax? path, [NotNullWhen(false)] out string? error) =>
        TryParse(text, static parser => parser.Path(), out path, out error);

    /// <summary>An error as users see it: they count from 1.</summary>
    public static string ErrorAt(string reason, int start) => $"{reason} at position {start + 1}";

    private static bool TryParse<TSyntax>(
        string text,
        Func<Parser, TSyntax?> parse,
        [NotNullWhen(true)] out TSyntax? syntax,
        [NotNullWhen(false)] out string? error)
        where TSyntax : class
    {
        var parser = new Parser(text);
        syntax = parser._error is null ? parse(parser) : null;
        if (syntax is not null && parser._token.Kind != TokenKind.End)
        {
            syntax = parser.Unexpected<TSyntax>();
        }

        error = parser._error;
        return syntax is not null;
    }

    private ConditionSyntax? Condition() =>
        Chain(TokenKind.Or, static parser => parser.Conjunction()) switch
        {
            null => null,
            [var only] => only,
            var parts => new Disjunction(parts),
        };

    private ConditionSyntax? Conjunction() =>
        Chain(TokenKind.And, static parser => parser.Negation()) switch
        {
            null => null,
            [var only] => only,
            var parts => new Conjunction(parts),
        };

    private List<ConditionSyntax>? Chain(TokenKind joint, Func<Parser, ConditionSyntax?> parse)
    {
        var parts = new List<ConditionSyntax>(1);
        do
        {
            if (parse(this) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }
        while (Accept(joint));

        return parts;
    }

    private ConditionSyntax? Negation()
    {
        if (_token.Kind is not (TokenKind.Not or TokenKind.LeftParenthesis))
        {
            return Comparison();
        }

        // Invariant: only here does the parser call itself, so this bounds the stack for every later stage too.
        if (_nesting == NestingMax)
        {
            return Fail<ConditionSyntax>($"nested deeper than {NestingMax} levels");
        }

        _nesting++;
        var part = Accept(TokenKind.Not)
            ? Negation() is { } negated ? new Negation(negated) : null
            : Parenthesized();
        _nesting--;
        return part;
    }

    private ConditionSyntax? Parenthesized()
    {
        Advance();
        return Condition() is { } condition && Expect(TokenKind.RightParenthesis) ? condition : null;
    }

    private Comparison? Comparison()
    {
        if (Operand() is not { } left)
        {
            return null;
        }

        var isNegated = Accept(TokenKind.Not);
        var symbol = _token.Kind;
        var isMember = symbol is TokenKind.Contains or TokenKind.Has or TokenKind.In;
        if (!isMember && (isNegated || symbol is < TokenKind.Equal or > TokenKind.GreaterOrEqual))
        {
            return Unexpected<Comparison>();
        }

        Advance();
        return Operand() is { } right ? new Comparison(left, symbol, isNegated, right) : null;
    }

    private OperandSyntax? Operand()
    {
        if (!Accept(TokenKind.LeftBracket))
        {
            return Scalar();
        }

        var elements = new List<OperandSyntax>();
        while (_token.Kind != TokenKind.RightBracket)
        {
            if ((elements.Count > 0 && !Expect(TokenKind.Comma)) || Scalar() is not { } element)
            {
                return null;
            }

            elements.Add(element);
        }

        Advance();
        return new ListLiteral(elements);
    }

    private OperandSyntax? Scalar()
    {
        var token = _token;
        OperandSyntax? scalar = token.Kind switch
        {
            TokenKind.Name => null,
            TokenKind.QuotedText => new QuotedText(Unquote(token)),
            TokenKind.Number => new Literal(NumberOf(token)),
            TokenKind.True => new Literal(AttributeValue.Of(true)),
            TokenKind.False => new Literal(AttributeValue.Of(false)),
            TokenKind.Null => new Literal(AttributeValue.Null),
            _ => Unexpected<OperandSyntax>(),
        };
        if (token.Kind == TokenKind.Name)
        {
            return Path();
        }

        Advance();
        return scalar;
    }

    private PathSyntax? Path()
    {
        var start = _token.Start;
        if (_token.Kind != TokenKind.Name)
        {
            return Unexpected<PathSyntax>();
        }

        var steps = new List<PathStep> { TakeName() };
        while (_token.Kind is TokenKind.Dot or TokenKind.LeftBracket)
        {
            if (Step() is not { } step)
            {
                return null;
            }

            steps.Add(step);
        }

        return new PathSyntax(steps, start);
    }

    private PathStep? Step()
    {
        if (Accept(TokenKind.Dot))
        {
            // After a dot a keyword is a name like any other.
            var isName = _token.Length > 0 && Tokenizer.StartsName(_text[_token.Start]);
            return isName ? TakeName() : Refuse();
        }

        Advance();
        var digits = TextOf(_token);
        if (_token.Kind != TokenKind.Number || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return Refuse();
        }

        // No array is that long, so an index beyond 32 bits may become any other that is out of range.
        var index = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : int.MaxValue;
        Advance();
        return Expect(TokenKind.RightBracket) ? new PathStep(null, index) : null;

        PathStep? Refuse()
        {
            Unexpected<PathSyntax>();
            return null;
        }
    }

    private List<OrderingSyntax>? Orderings()
    {
        var orderings = new List<OrderingSyntax>();
        do
        {
            if (Path() is not { } path)
            {
                return null;
            }

            orderings.Add(new OrderingSyntax(path, AcceptDirection()));
        }
        while (Accept(TokenKind.Comma));

        return orderings;
    }

    // Not keywords, so that attributes may have these names.
    private bool AcceptDirection()
    {
        var word = _token.Kind == TokenKind.Name ? TextOf(_token) : default;
        var isDescending = word.Equals("DESC", StringComparison.OrdinalIgnoreCase);
        if (isDescending || word.Equals("ASC", StringComparison.OrdinalIgnoreCase))
        {
            Advance();
        }

        return isDescending;
    }

    private PathStep TakeName()
    {
        var name = StringPool.Names.Get(TextOf(_token));
        Advance();
        return new PathStep(name, 0);
    }

    private string Unquote(Token token)
    {
        var start = token.Start + 1;
        var end = token.End - 1;
        if (!_text.AsSpan(start, end - start).Contains('\\'))
        {
            return StringPool.Elements.Get(_text.AsSpan(start, end - start));
        }

        var plain = new StringBuilder(end - start);
        for (var index = start; index < end; index++)
        {
            plain.Append(_text[QuotedText.IsEscape(_text, index) ? ++index : index]);
        }

        return plain.ToString();
    }

    private AttributeValue NumberOf(Token token) =>
        long.TryParse(TextOf(token), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? AttributeValue.Of(integer)
            : AttributeValue.Of(double.Parse(TextOf(token), NumberStyles.Float, CultureInfo.InvariantCulture));

    private ReadOnlySpan<char> TextOf(Token token) => _text.AsSpan(token.Start, token.Length);

    private void Advance() => _token = _tokenizer.Next();

    private bool Accept(TokenKind kind)
    {
        var isNext = _token.Kind == kind;
        if (isNext)
        {
            Advance();
        }

        return isNext;
    }

    private bool Expect(TokenKind kind)
    {
        if (Accept(kind))
        {
            return true;
        }

        Unexpected<PathSyntax>();
        return false;
    }

    private TSyntax? Unexpected<TSyntax>()
        where TSyntax : class => Fail<TSyntax>(_token.Kind switch
        {
            TokenKind.End => "unexpected end",
            TokenKind.QuotedText => "unexpected text in quotes",
            TokenKind.Invalid when _text[_token.Start] is '"' or '\'' => "unterminated text",
            TokenKind.Invalid => $"unexpected {Shown(TextOf(_token))}",
            _ when _token.Length > ShownMax => $"unexpected '{TextOf(_token)[..ShownMax]}...'",
            _ => $"unexpected '{TextOf(_token)}'",
        });

    private TSyntax? Fail<TSyntax>(string reason)
        where TSyntax : class
    {
        _error ??= ErrorAt(reason, _token.Start);
        return null;
    }

    // Errors travel in JSON and in logs: nothing that controls or cannot be seen, no half of a surrogate pair.
    private static string Shown(ReadOnlySpan<char> character) =>
        Rune.DecodeFromUtf16(character, out var rune, out _) == OperationStatus.Done
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            ? $"'{rune}'"
            : $"U+{(int)character[0]:X4}";
}
