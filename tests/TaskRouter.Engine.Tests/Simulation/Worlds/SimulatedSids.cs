using System.Buffers.Binary;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

/// <summary>
/// SIDs whose random bits say which step made them, so that two routers, or the same run with fewer steps, give the
/// same thing the same bits.
/// </summary>
internal sealed class SimulatedSids
{
    private ulong _next;

    public SimulatedSids() => Source = new SidSource(Fill);

    public SidSource Source { get; }

    public void StartStep(int number) => _next = ((ulong)number + 1) << 20;

    private void Fill(Span<byte> bytes) => BinaryPrimitives.WriteUInt64BigEndian(bytes, Mixed(_next++));

    // The finalizer of splitmix64: a bijection, so the bits repeat only if a step and index do. SidSource drops two.
    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
