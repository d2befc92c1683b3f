using System.Buffers;

namespace TaskRouter.Engine.Expressions;

/// <summary>Cuts text into tokens, one at a time. What it does not know becomes an invalid token.</summary>
internal struct Tokenizer(string text)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");

    private int _position;

    public static bool StartsName(char character) => char.IsAsciiLetter(character) || character is '_' or '$';

    public Token Next()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
        {
            _position++;
        }

        var token = Read(_position);
        _position = token.End;
        return token;
    }

    private readonly Token Read(int start) => CharacterAt(start) switch
    {
        '\0' when start == text.Length => new Token(TokenKind.End, start, 0),
        '(' => new Token(TokenKind.LeftParenthesis, start, 1),
        ')' => new Token(TokenKind.RightParenthesis, start, 1),
        '[' => new Token(TokenKind.LeftBracket, start, 1),
        ']' => new Token(TokenKind.RightBracket, start, 1),
        ',' => new Token(TokenKind.Comma, start, 1),
        '.' => new Token(TokenKind.Dot, start, 1),
        '=' => new Token(TokenKind.Equal, start, CharacterAt(start + 1) == '=' ? 2 : 1),
        '!' when CharacterAt(start + 1) == '=' => new Token(TokenKind.NotEqual, start, 2),
        '<' => ReadLess(start),
        '>' => ReadGreater(start),
        '"' or '\'' => ReadQuotedText(start),
        '-' when char.IsAsciiDigit(CharacterAt(start + 1)) => ReadNumber(start),
        var digit when char.IsAsciiDigit(digit) => ReadNumber(start),
        var letter when StartsName(letter) => ReadName(start),
        _ => new Token(TokenKind.Invalid, start, char.IsSurrogatePair(text, start) ? 2 : 1),
    };

    private readonly Token ReadLess(int start) => CharacterAt(start + 1) switch
    {
        '=' => new Token(TokenKind.LessOrEqual, start, 2),
        '>' => new Token(TokenKind.NotEqual, start, 2),
        '-' when IsArrow(start) => new Token(TokenKind.In, start, 2),
        _ => new Token(TokenKind.Less, start, 1),
    };

    private readonly Token ReadGreater(int start) => CharacterAt(start + 1) switch
    {
        '=' => new Token(TokenKind.GreaterOrEqual, start, 2),
        '-' when IsArrow(start) => new Token(TokenKind.Has, start, 2),
        _ => new Token(TokenKind.Greater, start, 1),
    };

    // The aliases <- (IN) and >- (HAS) give way to a negative number: level>-1 compares.
    private readonly bool IsArrow(int start) => !char.IsAsciiDigit(CharacterAt(start + 2));

    private readonly Token ReadQuotedText(int start)
    {
        for (var index = start + 1; index < text.Length; index++)
        {
            if (text[index] == text[start])
            {
                return new Token(TokenKind.QuotedText, start, index + 1 - start);
            }

            if (QuotedText.IsEscape(text, index))
            {
                index++;
            }
        }

        return new Token(TokenKind.Invalid, start, text.Length - start);
    }

    private readonly Token ReadNumber(int start)
    {
        var end = SkipDigits(start + 1);
        if (CharacterAt(end) == '.' && char.IsAsciiDigit(CharacterAt(end + 1)))
        {
            end = SkipDigits(end + 1);
        }

        if (CharacterAt(end) is 'e' or 'E')
        {
            var digits = CharacterAt(end + 1) is '+' or '-' ? end + 2 : end + 1;
            end = char.IsAsciiDigit(CharacterAt(digits)) ? SkipDigits(digits) : end;
        }

        return new Token(TokenKind.Number, start, end - start);
    }

    private readonly Token ReadName(int start)
    {
        var length = text.AsSpan(start).IndexOfAnyExcept(NameCharacters);
        var name = length < 0 ? text.AsSpan(start) : text.AsSpan(start, length);
        return new Token(KindOf(name), start, name.Length);
    }

    // Keywords in any letter case: Twilio's own examples write both IN and in.
    // https://www.twilio.com/docs/taskrouter/activity-based-routing
    private static TokenKind KindOf(ReadOnlySpan<char> name)
    {
        Span<char> upper = stackalloc char[8];
        return name.Length > upper.Length ? TokenKind.Name : upper[..name.ToUpperInvariant(upper)] switch
        {
            "AND" => TokenKind.And,
            "OR" => TokenKind.Or,
            "NOT" => TokenKind.Not,
            "IN" => TokenKind.In,
            "HAS" => TokenKind.Has,
            "CONTAINS" => TokenKind.Contains,
            "TRUE" => TokenKind.True,
            "FALSE" => TokenKind.False,
            "NULL" => TokenKind.Null,
            _ => TokenKind.Name,
        };
    }

    private readonly int SkipDigits(int index)
    {
        while (char.IsAsciiDigit(CharacterAt(index)))
        {
            index++;
        }

        return index;
    }

    private readonly char CharacterAt(int index) => index < text.Length ? text[index] : '\0';
}
