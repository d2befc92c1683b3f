using System.Diagnostics.CodeAnalysis;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// Calls waiting to be made, a line for each receiver, served in turn. A receiver may have as many calls under way as
/// there are places left, and never more than its own maximum: so slow receivers, however many, leave places for the
/// others.
/// </summary>
internal sealed class ReceiverLines<TCall>
    where TCall : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Line> _lines = [];
    private readonly LinkedList<Line> _waiting = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _callsPerReceiverMax;
    private int _placesLeft;
    private int _underWay;
    private bool _closed;

    public ReceiverLines(int callsMax, int callsPerReceiverMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(callsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(callsPerReceiverMax, 1);
        (_placesLeft, _callsPerReceiverMax) = (callsMax, callsPerReceiverMax);
    }

    public void Add(string receiver, TCall call)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(receiver, out var line))
            {
                _lines[receiver] = line = new Line(receiver);
            }

            line.Calls.Enqueue(call);
            if (line.Calls.Count == 1)
            {
                _waiting.AddLast(line.Turn);
            }
        }
    }

    /// <summary>Takes the next call that may be made now; its place is taken until <see cref="Release"/>.</summary>
    public bool TryTake([NotNullWhen(true)] out TCall? call, [NotNullWhen(true)] out string? receiver)
    {
        lock (_lock)
        {
            // Only lines with a call under way can be passed over, so the search is as short as the places are few.
            for (var turn = _closed ? null : _waiting.First; turn is not null && _placesLeft > 0; turn = turn.Next)
            {
                var line = turn.Value;
                if (line.UnderWay < Math.Min(_callsPerReceiverMax, _placesLeft))
                {
                    (call, receiver) = (line.Calls.Dequeue(), line.Receiver);
                    line.UnderWay++;
                    _underWay++;
                    _placesLeft--;
                    _waiting.Remove(turn);
                    if (line.Calls.Count > 0)
                    {
                        _waiting.AddLast(turn);
                    }

                    return true;
                }
            }
        }

        (call, receiver) = (null, null);
        return false;
    }

    public void Release(string receiver)
    {
        lock (_lock)
        {
            var line = _lines[receiver];
            line.UnderWay--;
            _underWay--;
            _placesLeft++;
            if (line is { UnderWay: 0, Calls.Count: 0 })
            {
                _lines.Remove(receiver);
            }

            EndIfIdle();
        }
    }

    /// <summary>No call can be taken any more. Completes when those under way are over.</summary>
    public Task Close()
    {
        lock (_lock)
        {
            _closed = true;
            EndIfIdle();
        }

        return _idle.Task;
    }

    private void EndIfIdle()
    {
        if (_closed && _underWay == 0)
        {
            _idle.TrySetResult();
        }
    }

    private sealed class Line
    {
        public Line(string receiver)
        {
            Receiver = receiver;
            Turn = new LinkedListNode<Line>(this);
        }

        public string Receiver { get; }

        public Queue<TCall> Calls { get; } = new();

        public int UnderWay { get; set; }

        /// <summary>Its place among the waiting lines; in that list while calls wait.</summary>
        public LinkedListNode<Line> Turn { get; }
    }
}
