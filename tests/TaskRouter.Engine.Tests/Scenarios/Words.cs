using System.Globalization;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>
/// A sentence taken word by word. A word ends at white space; <c>"text"</c>, <c>`expression`</c> and <c>{json}</c> are
/// one word whatever is in them; a comma after a word is a word.
/// </summary>
internal sealed class Words
{
    private readonly List<(string Text, bool IsPlain)> _words = [];
    private int _next;

    public Words(StoryLine line, string sentence)
    {
        Line = line;
        for (var at = 0; at < sentence.Length;)
        {
            if (char.IsWhiteSpace(sentence[at]))
            {
                at++;
            }
            else
            {
                at = Split(sentence, at);
            }
        }
    }

    public StoryLine Line { get; }

    public bool IsAtEnd => _next == _words.Count;

    /// <summary>Takes these words if they come next.</summary>
    public bool Take(params ReadOnlySpan<string> words)
    {
        if (_next + words.Length > _words.Count)
        {
            return false;
        }

        for (var index = 0; index < words.Length; index++)
        {
            if (_words[_next + index] != (words[index], true))
            {
                return false;
            }
        }

        _next += words.Length;
        return true;
    }

    public bool IsNext(string word) => !IsAtEnd && _words[_next] == (word, true);

    public void Expect(string word)
    {
        if (!Take(word))
        {
            throw Error($"Expected \"{word}\"{Instead()}.");
        }
    }

    public string Next(string what) => IsAtEnd ? throw Error($"Expected {what}{Instead()}.") : _words[_next++].Text;

    public int NextNumber(string what)
    {
        var text = Next(what);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Error($"Expected {what}, a whole number, instead of \"{text}\".");
    }

    public bool NextYesOrNo(string what) => Next(what) switch
    {
        "yes" => true,
        "no" => false,
        var other => throw Error($"Expected {what}, yes or no, instead of \"{other}\"."),
    };

    /// <summary>The second and later items of a list follow a comma or "and".</summary>
    public bool TakeListSeparator() => Take(",") || Take("and");

    public void ExpectEnd()
    {
        if (!IsAtEnd)
        {
            throw Unknown();
        }
    }

    /// <summary>Nothing is known by the next word.</summary>
    public StoryException Unknown() => Error(IsAtEnd ? "The sentence is not finished." : $"Unknown here{Instead()}.");

    public StoryException Error(string message) => new(Line, message);

    private string Instead() => IsAtEnd
        ? " at the end"
        : $": \"{string.Join(' ', _words.Skip(_next).Select(word => word.Text))}\"";

    private int Split(string sentence, int at)
    {
        int end;
        switch (sentence[at])
        {
            case '"' or '`':
                end = sentence.IndexOf(sentence[at], at + 1);
                if (end < 0)
                {
                    throw Error($"No second {sentence[at]}.");
                }

                _words.Add((sentence[(at + 1)..end], false));
                return end + 1;
            case '{':
                end = EndOfJson(sentence, at);
                _words.Add((sentence[at..end], false));
                return end;
            case ',':
                _words.Add((",", true));
                return at + 1;
            default:
                end = at;
                while (end < sentence.Length && !char.IsWhiteSpace(sentence[end]) && sentence[end] != ',')
                {
                    end++;
                }

                _words.Add((sentence[at..end], true));
                return end;
        }
    }

    private int EndOfJson(string sentence, int at)
    {
        var (depth, isText) = (0, false);
        for (var index = at; index < sentence.Length; index++)
        {
            var character = sentence[index];
            if (isText && character == '\\')
            {
                index++;
            }
            else if (character == '"')
            {
                isText = !isText;
            }
            else if (!isText)
            {
                depth += character == '{' ? 1 : character == '}' ? -1 : 0;
                if (depth == 0)
                {
                    return index + 1;
                }
            }
        }

        throw Error("A { without its }.");
    }
}
