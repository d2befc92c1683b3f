using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>Tests that measure this process: no other test of it may run beside them.</summary>
[CollectionDefinition(nameof(MeasuredCollection), DisableParallelization = true)]
public sealed class MeasuredCollection;
