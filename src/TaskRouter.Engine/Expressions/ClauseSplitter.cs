namespace TaskRouter.Engine.Expressions;

/// <summary>Cuts the text of an expression where it says AND outside of parentheses.</summary>
internal static class ClauseSplitter
{
    /// <summary>The text itself where there is nothing to cut.</summary>
    public static IReadOnlyList<string> Split(string text, int max)
    {
        var parts = new List<string>();
        Split(text, max, parts);
        return parts;
    }

    // Parentheses around a whole part say nothing. The parser has bounded how deep they go.
    private static void Split(string text, int max, List<string> parts)
    {
        var tokens = TokensOf(text);
        var joints = JointsOf(tokens);
        if (joints.Count == 0 && IsParenthesized(tokens))
        {
            Split(text[tokens[0].End..tokens[^1].Start], max, parts);
            return;
        }

        if (joints.Count == 0 || joints.Exists(joint => joint.Kind == TokenKind.Or))
        {
            parts.Add(text.Trim());
            return;
        }

        var start = 0;
        foreach (var joint in joints)
        {
            if (parts.Count == max - 1)
            {
                break;
            }

            Split(text[start..joint.Start], max, parts);
            start = joint.End;
        }

        if (parts.Count < max - 1)
        {
            Split(text[start..], max, parts);
        }
        else
        {
            parts.Add(text[start..].Trim());
        }
    }

    private static List<Token> TokensOf(string text)
    {
        var tokens = new List<Token>();
        var tokenizer = new Tokenizer(text);
        var token = tokenizer.Next();
        while (token.Kind is not (TokenKind.End or TokenKind.Invalid))
        {
            tokens.Add(token);
            token = tokenizer.Next();
        }

        return tokens;
    }

    private static List<Token> JointsOf(List<Token> tokens)
    {
        var joints = new List<Token>();
        var depth = 0;
        for (var index = 0; index < tokens.Count; index++)
        {
            var kind = tokens[index].Kind;
            depth += kind == TokenKind.LeftParenthesis ? 1 : kind == TokenKind.RightParenthesis ? -1 : 0;

            // After a dot a keyword is a name like any other.
            var isName = index > 0 && tokens[index - 1].Kind == TokenKind.Dot;
            if (depth == 0 && !isName && kind is TokenKind.And or TokenKind.Or)
            {
                joints.Add(tokens[index]);
            }
        }

        return joints;
    }

    private static bool IsParenthesized(List<Token> tokens)
    {
        if (tokens is not [{ Kind: TokenKind.LeftParenthesis }, .., { Kind: TokenKind.RightParenthesis }])
        {
            return false;
        }

        var depth = 0;
        for (var index = 0; index < tokens.Count - 1; index++)
        {
            depth += tokens[index].Kind switch
            {
                TokenKind.LeftParenthesis => 1,
                TokenKind.RightParenthesis => -1,
                _ => 0,
            };
            if (depth == 0)
            {
                return false;
            }
        }

        return true;
    }
}
