namespace ControlPlane.Api.Tests.Operations;

public sealed class OperationCrashOnSqliteTests : OperationCrashTests
{
    // Of the steps alone: a store more would show nothing more.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_step_that_is_done_twice_comes_to_the_same_end(string kind) =>
        await DieBeforeEachCommitAsync(OperationScenario.All.Single(scenario => scenario.Kind == kind), ForgetRunningStepsAsync);

    protected override ServiceFixture NewService() => new();
}
