namespace ControlPlane.System.Tests;

/// <summary>Looks at another process until what must come has come. It can only be looked at: nothing tells.</summary>
internal static class Eventually
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);

    public static Task TrueAsync(Func<bool> holds, TimeSpan limit, Func<string> otherwise) =>
        TrueAsync(() => Task.FromResult(holds()), limit, otherwise);

    public static async Task TrueAsync(Func<Task<bool>> holds, TimeSpan limit, Func<string> otherwise)
    {
        using var deadline = new CancellationTokenSource(limit);
        while (!await holds())
        {
            if (deadline.IsCancellationRequested) { Assert.Fail(otherwise()); }
            await Task.Delay(pause);
        }
    }
}
