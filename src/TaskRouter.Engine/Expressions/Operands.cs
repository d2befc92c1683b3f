namespace TaskRouter.Engine.Expressions;

/// <summary>What an expression is evaluated for. Absent parts make everything that reads them missing.</summary>
internal readonly ref struct Scope(AttributeDocument? task, WorkerDocument? worker, IWorkerCounts? counts = null)
{
    public AttributeDocument? Task { get; } = task;

    public WorkerDocument? Worker { get; } = worker;

    public IWorkerCounts? Counts { get; } = counts;
}

/// <summary>One side of a comparison, ready to be read without allocating.</summary>
internal abstract class Operand
{
    /// <summary>The places in a worker's attributes it may read, when it reads nothing else; else empty.</summary>
    public virtual IReadOnlyList<PathStep[]> WorkerPaths => [];

    public abstract AttributeValue Read(in Scope scope);

    /// <summary>
    /// What a worker needs for this to equal or to hold one of the values. Nothing can be told unless all are texts
    /// that equal nothing but themselves.
    /// </summary>
    public IReadOnlyList<AttributeText[]> Requiring(AttributeValue[] values)
    {
        var texts = from path in WorkerPaths from value in values select new AttributeText(path, value.AsText!);
        return WorkerPaths.Count > 0 && values.Length > 0 && Array.TrueForAll(values, Coerce.IsTextOnly)
            ? [[.. texts]]
            : [];
    }
}

internal sealed class Constant(AttributeValue value) : Operand
{
    public static Constant Missing { get; } = new(default);

    public AttributeValue Value { get; } = value;

    public override AttributeValue Read(in Scope scope) => Value;
}

internal sealed class WorkerAttribute(PathStep[] steps) : Operand
{
    public override IReadOnlyList<PathStep[]> WorkerPaths => [steps];

    public override AttributeValue Read(in Scope scope) =>
        scope.Worker is { } worker ? worker.Attributes.Find(steps) : default;
}

internal sealed class TaskAttribute(PathStep[] steps) : Operand
{
    public ReadOnlySpan<PathStep> Steps => steps;

    public override AttributeValue Read(in Scope scope) =>
        scope.Task is { } task ? task.Find(steps) : default;
}

/// <summary>A field that TaskRouter adds to the worker's attributes.</summary>
internal sealed class WorkerField(Func<WorkerDocument, string> field) : Operand
{
    public override AttributeValue Read(in Scope scope) =>
        scope.Worker is { } worker ? AttributeValue.Of(field(worker)) : default;
}

internal sealed class ChannelField(string uniqueName, Func<ChannelFields, int> field) : Operand
{
    public override AttributeValue Read(in Scope scope) =>
        scope.Worker?.FindChannel(uniqueName) is { } channel ? AttributeValue.Of((long)field(channel)) : default;
}

/// <summary>A variable of skip_if.</summary>
internal sealed class WorkerCount(Func<IWorkerCounts, int> count) : Operand
{
    public override AttributeValue Read(in Scope scope) =>
        scope.Counts is { } counts ? AttributeValue.Of((long)count(counts)) : default;
}

/// <summary>The first of several readings of one name that is there at all, be it with the value null.</summary>
internal sealed class FirstPresent(Operand first, Operand second) : Operand
{
    public override IReadOnlyList<PathStep[]> WorkerPaths =>
        first.WorkerPaths.Count > 0 && second.WorkerPaths.Count > 0
            ? [.. first.WorkerPaths, .. second.WorkerPaths]
            : [];

    public override AttributeValue Read(in Scope scope)
    {
        var value = first.Read(scope);
        return value.IsMissing ? second.Read(scope) : value;
    }

    /// <summary>Null operands are left out; null when none remains.</summary>
    public static Operand? Of(params ReadOnlySpan<Operand?> operands)
    {
        Operand? result = null;
        for (var index = operands.Length - 1; index >= 0; index--)
        {
            if (operands[index] is { } operand)
            {
                // A worker's field is always there, so nothing after it counts.
                result = result is null || operand is WorkerField ? operand : new FirstPresent(operand, result);
            }
        }

        return result;
    }
}
