using ControlPlane.Api.Persistence;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>A wait for a change is over with the change, the time or the caller.</summary>
public sealed class ChangeWaitsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly TaskCompletionSource change = new();

    // Each that ended before its time was one more look into the store: some thirty for a wait.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(9_999, 2)]
    [InlineData(10_001, 1)]
    [InlineData(25_000, 1)]
    [InlineData(25_000, 2)]
    public async Task Never_ends_before_the_time_is_up_even_by_a_part_of_a_millisecond(long ticks, int changes)
    {
        var atMost = TimeSpan.FromTicks(ticks);
        var wait = ChangeWaits.ForAsync(atMost, time, CancellationToken.None, Changes(changes));

        time.Advance(atMost - TimeSpan.FromTicks(1));
        Assert.False(wait.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(1));
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Ends_with_any_of_the_changes(int changes)
    {
        var wait = ChangeWaits.ForAsync(TimeSpan.FromDays(1), time, CancellationToken.None, Changes(changes));
        Assert.False(wait.IsCompleted);

        change.SetResult();
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Ends_when_the_caller_goes(int changes)
    {
        using var caller = new CancellationTokenSource();
        var wait = ChangeWaits.ForAsync(TimeSpan.FromDays(1), time, caller.Token, Changes(changes));

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private Task[] Changes(int count) => [.. Enumerable.Range(1, count - 1).Select(_ => new TaskCompletionSource().Task), change.Task];
}
