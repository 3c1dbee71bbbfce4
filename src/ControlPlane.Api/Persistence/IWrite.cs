namespace ControlPlane.Api.Persistence;

/// <summary>A write as the lane sees it.</summary>
internal interface IWrite
{
    /// <summary>Whose rows it sees.</summary>
    string? Project { get; }

    /// <summary>Whether its caller has gone before its turn came.</summary>
    bool Abandoned { get; }

    /// <summary>Does it within its turn; keeps the result for <see cref="Complete"/>.</summary>
    Task RunAsync(StoreSession session);

    /// <summary>It is durable, or was rolled back by its own wish.</summary>
    void Complete();

    /// <summary>Nothing of it was kept.</summary>
    void Fail(Exception fault);
}
