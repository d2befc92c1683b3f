using Shouldly;
using TaskRouter.Engine.Routing;
using Xunit;

namespace TaskRouter.Engine.Tests.Routing;

/// <summary>What Flex's agent panel does with a worker's attributes.</summary>
public sealed class WorkerSkillsTests
{
    private const string NoneDisabled = ",\"disabled_skills\":{\"skills\":[],\"levels\":{}}}";

    private static readonly SkillRule Plain = new(false, null, null);
    private static readonly SkillRule OneToFive = new(true, 1, 5);

    [Fact]
    public void The_first_skill_makes_the_shape_and_leaves_everything_else()
    {
        Change("""{"contact_uri": "client:alice", "routing": {"tier": "1"}}""", Assign("Sales")).ShouldBe(
            """{"contact_uri": "client:alice", "routing": {"tier": "1","skills":["Sales"],"levels":{}}"""
            + NoneDisabled);
    }

    [Fact]
    public void A_level_goes_with_its_skill_from_enabled_to_disabled_and_back()
    {
        var enabled = """
            {"routing":{"skills":["Sales","Support"],"levels":{"Support":3.0}},
            "disabled_skills":{"skills":[],"levels":{}}}
            """;

        var disabled = Change(enabled, new SkillChange(SkillAction.Disable, "Support"));
        disabled.ShouldBe("""
            {"routing":{"skills":["Sales"],"levels":{}},
            "disabled_skills":{"skills":["Support"],"levels":{"Support":3.0}}}
            """);
        Change(disabled, new SkillChange(SkillAction.Disable, "Support")).ShouldBe(disabled);
        Change(disabled, new SkillChange(SkillAction.Enable, "Support")).ShouldBe(enabled);
        Change(disabled, new SkillChange(SkillAction.Remove, "Support")).ShouldBe("""
            {"routing":{"skills":["Sales"],"levels":{}},
            "disabled_skills":{"skills":[],"levels":{}}}
            """);
    }

    [Fact]
    public void A_disabled_skill_that_is_assigned_is_enabled_at_the_new_level() => Change(
        """{"routing":{"skills":[],"levels":{}},"disabled_skills":{"skills":["Tier"],"levels":{"Tier":1}}}""",
        Assign("Tier", 5, OneToFive)).ShouldBe(
        """{"routing":{"skills":["Tier"],"levels":{"Tier":5}},"disabled_skills":{"skills":[],"levels":{}}}""");

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(null)]
    public void A_level_outside_the_bounds_is_refused(int? level) =>
        Refused("{}", Assign("Tier", level, OneToFive)).ShouldContain("from 1 to 5");

    [Fact]
    public void A_skill_without_levels_takes_none() =>
        Refused("{}", Assign("Sales", 3)).ShouldContain("no levels");

    [Fact]
    public void An_undefined_skill_at_a_level_has_levels_from_0()
    {
        const string attributes = """{"routing":{"skills":["Old"],"levels":{"Old":2}}}""";

        Change(attributes, new SkillChange(SkillAction.SetLevel, "Old", 900)).ShouldContain("\"Old\":900");
        Refused(attributes, new SkillChange(SkillAction.SetLevel, "Old", -1)).ShouldContain("from 0");
    }

    [Theory]
    [InlineData("""{"routing":[]}""")]
    [InlineData("""{"routing":{"skills":"Sales"}}""")]
    [InlineData("""{"routing":{"skills":["Sales",1]}}""")]
    [InlineData("""{"routing":{"levels":[]}}""")]
    [InlineData("""{"disabled_skills":{"skills":{}}}""")]
    public void Attributes_of_another_shape_are_refused_and_not_repaired(string attributes) =>
        Refused(attributes, Assign("Sales")).ShouldContain("schema mismatch");

    [Fact]
    public void A_skill_that_the_worker_does_not_have_is_not_found()
    {
        var refusal = Should.Throw<Refusal>(() => Change("{}", new SkillChange(SkillAction.Enable, "Sales")));

        refusal.Status.ShouldBe(404);
    }

    private static SkillChange Assign(string name, int? level = null, SkillRule? rule = null) =>
        new(SkillAction.Assign, name, level, rule ?? Plain);

    private static string Change(string attributes, SkillChange change) =>
        WorkerSkills.Change(attributes, [change], name => Refusal.NotFound($"/Skills/{name}"));

    private static string Refused(string attributes, SkillChange change)
    {
        var refusal = Should.Throw<Refusal>(() => Change(attributes, change));
        refusal.Status.ShouldBe(400);
        return refusal.Message;
    }
}
