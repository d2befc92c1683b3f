namespace TaskRouter.Load.Driving;

/// <summary>How many of them the server made in one round.</summary>
/// <param name="PerSecond">With 128 connections.</param>
/// <param name="Best">At whatever number of connections it was highest.</param>
internal sealed record LifeCycles(double PerSecond, double Best);
