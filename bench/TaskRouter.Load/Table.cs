using System.Globalization;

namespace TaskRouter.Load;

/// <summary>What was measured, in the order it is told, next to what was wanted.</summary>
internal sealed class Table
{
    private readonly List<Row> _rows = [];

    /// <summary>One measure, perhaps measured in several rounds: the table shows the median, and the range.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="format">How a value is written, such as <c>0.00</c>.</param>
    /// <param name="floor">What it must not miss; null when there is none.</param>
    /// <param name="goal">What it should reach.</param>
    /// <param name="isAtMost">Whether smaller is better.</param>
    public Measure Add(string name, string format, double? floor = null, double? goal = null, bool isAtMost = false)
    {
        if (_rows.OfType<Measure>().FirstOrDefault(row => row.Name == name) is { } measure)
        {
            return measure;
        }

        measure = new Measure(name, format, floor, goal, isAtMost);
        _rows.Add(measure);
        return measure;
    }

    public void Section(string title) => _rows.Add(new Row(title));

    /// <summary>Says of a measure why there is none.</summary>
    public void Miss(string name, string reason) => _rows.Add(new Row($"{name}: {reason}"));

    public void Print(TextWriter output)
    {
        output.WriteLine("| measure | median (least to most) | floor | goal | |");
        output.WriteLine("|---|---:|---:|---:|---|");
        foreach (var row in _rows)
        {
            output.WriteLine(row.Line);
        }
    }

    internal class Row(string name)
    {
        public string Name { get; } = name;

        public virtual string Line => $"| {Name} | | | | |";
    }

    internal sealed class Measure(string name, string format, double? floor, double? goal, bool isAtMost) : Row(name)
    {
        private readonly List<double> _values = [];

        public double Median
        {
            get
            {
                var sorted = _values.Order().ToList();
                return sorted.Count == 0
                    ? double.NaN
                    : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
            }
        }

        /// <summary>Of the round that is under way.</summary>
        public double Last => _values.Count > 0 ? _values[^1] : double.NaN;

        public override string Line => $"| {Name} | {Measured} | {Wanted(floor)} | {Wanted(goal)} | {Verdict} |";

        private string Measured => _values.Count > 1
            ? $"{Text(Median)} ({Text(_values.Min())} to {Text(_values.Max())})"
            : Text(Median);

        private string Verdict => double.IsNaN(Median) ? "not measured"
            : goal is null && floor is null ? ""
            : Reaches(goal) ? "met"
            : floor is not null && Reaches(floor) ? "above the floor" : "missed";

        public void Take(double value) => _values.Add(value);

        private bool Reaches(double? wanted) =>
            wanted is { } value && (isAtMost ? Median <= value : Median >= value);

        private string Wanted(double? wanted) =>
            wanted is { } value ? $"{(isAtMost ? "at most" : "at least")} {Text(value)}" : "";

        private string Text(double value) =>
            double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);
    }
}
