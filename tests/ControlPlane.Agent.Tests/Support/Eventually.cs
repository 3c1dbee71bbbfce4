using System.Diagnostics;

namespace ControlPlane.Agent.Tests.Support;

/// <summary>Waits for what happens where no event tells of it. The limit is generous: only a fault reaches it.</summary>
public static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task HoldsAsync(Func<Task<bool>> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < Limit, $"After {Limit.TotalSeconds:0} s it still does not hold: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    public static Task HoldsAsync(Func<bool> holds, string what) => HoldsAsync(() => Task.FromResult(holds()), what);
}
