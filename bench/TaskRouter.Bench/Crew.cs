using System.Globalization;

namespace TaskRouter.Bench;

/// <summary>
/// Attributes and expressions of the measured world: 200 skills of which a worker has 3 to 8, 10 languages of which it
/// speaks 1 to 3, and a level from 1 to 5. A queue asks for a skill, a level and a language, which about one worker in
/// two hundred has; one more queue takes everybody. Half of the languages are awake: whoever speaks them is available,
/// and no task waits for them. In the other half nobody is there, and all the waiting tasks wait.
/// </summary>
internal sealed class Crew(int seed)
{
    private const int Skills = 200;
    private const int LanguagesPerHalf = 5;

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);

    public string Worker(bool isAwake)
    {
        var skills = Some(3 + Next(6), Skills).Select(skill => $"\"skill{skill}\"");
        var languages = Some(1 + Next(3), LanguagesPerHalf).Select(language => $"\"{Language(isAwake, language)}\"");
        return $$"""
            {"skills":[{{string.Join(',', skills)}}],"languages":[{{string.Join(',', languages)}}],"level":{{Level()}}}
            """;
    }

    public string TargetWorkers(bool isAwake) =>
        $"skills HAS 'skill{Number(Next(Skills))}' AND level >= {Level()} "
        + $"AND languages HAS '{Language(isAwake, Next(LanguagesPerHalf))}'";

    private string Level() => Number(1 + Next(5));

    private static string Language(bool isAwake, int language) =>
        Number(language + (isAwake ? 0 : LanguagesPerHalf)).Insert(0, "language");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private HashSet<int> Some(int count, int below)
    {
        var some = new HashSet<int>();
        while (some.Count < count)
        {
            some.Add(Next(below));
        }

        return some;
    }
}
