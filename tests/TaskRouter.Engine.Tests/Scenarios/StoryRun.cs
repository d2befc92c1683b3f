using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>Tells one scenario to a router from beginning to end.</summary>
internal sealed class StoryRun
{
    private readonly Scenario _scenario;
    private readonly bool _restartsBeforeEveryStep;
    private readonly StoryWorld _world = new();
    private readonly StoryCommands _commands;
    private readonly StoryExpectations _expectations;

    // Refused, and not yet spoken of.
    private (Refusal Refusal, StoryLine Line)? _refused;
    private bool _isListing;

    public StoryRun(Scenario scenario, bool restartsBeforeEveryStep = false)
    {
        (_scenario, _restartsBeforeEveryStep) = (scenario, restartsBeforeEveryStep);
        _commands = new StoryCommands(_world);
        _expectations = new StoryExpectations(_world, _commands);
    }

    public StoryWorld World => _world;

    /// <exception cref="StoryException">The story is not what happened.</exception>
    public void Tell()
    {
        foreach (var step in _scenario.Steps)
        {
            try
            {
                Take(step);
            }
            catch (InvalidOperationException broken)
            {
                throw new StoryException(step.Line, broken.Message);
            }
        }

        RefuseSilence();
        _expectations.Events.CheckNothingIsLeft();
        var differences = _world.DifferencesAfterRebuild().ToList();
        if (differences.Count > 0)
        {
            throw new StoryException(_scenario.Line, string.Join(Environment.NewLine, differences));
        }
    }

    private void Take(Step step)
    {
        if (step.Kind == StepKind.Then)
        {
            Check(step);
            return;
        }

        RefuseSilence();
        if (step.Kind == StepKind.At && !_isListing)
        {
            _isListing = true;
            _expectations.Events.StartListing();
        }

        if (_restartsBeforeEveryStep && _world.HasBegun && !_world.IsDown)
        {
            _world.Stop();
            _world.Restart();
        }

        _world.AdvanceTo(StoryWorld.Start + step.Second);
        if (_commands.Run(step) is { } refusal)
        {
            _refused = (refusal, step.Line);
        }
    }

    private void Check(Step step)
    {
        var words = new Words(step.Line, step.Sentence);
        if (words.Take("refused"))
        {
            _expectations.CheckRefusal(words, _refused?.Refusal);
            _refused = null;
        }
        else
        {
            RefuseSilence();
            _expectations.Check(step);
        }
    }

    /// <summary>A refusal that the story does not expect is a failure, however it goes on.</summary>
    private void RefuseSilence()
    {
        if (_refused is var (refusal, line))
        {
            throw new StoryException(line, $"Refused with {refusal.Status}/{refusal.Code}: {refusal.Message}");
        }
    }
}
