namespace ControlPlane.Api.Persistence;

/// <summary>One piece of work for the lane, and the way back to its caller.</summary>
internal sealed class Write<T>(string? project, Func<StoreSession, Task<T>> work, CancellationToken ct) : IWrite
{
    private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public string? Project => project;

    public bool Abandoned => ct.IsCancellationRequested;

    internal Task<T> Task => source.Task;

    public async Task RunAsync(StoreSession session) => result = await work(session);

    public void Complete() => source.TrySetResult(result!);

    public void Fail(Exception fault) => source.TrySetException(fault);
}
