namespace TaskRouter.Engine.Expressions;

internal enum TokenKind : byte
{
    End,
    Invalid,
    Name,
    QuotedText,
    Number,
    Dot,
    Comma,
    LeftParenthesis,
    RightParenthesis,
    LeftBracket,
    RightBracket,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    Has,
    In,
    Not,
    And,
    Or,
    True,
    False,
    Null,
}

/// <summary>A piece of expression text: what it is and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}
