namespace ControlPlane.Api.Persistence;

/// <summary>The database cannot be reached, so nothing was read or changed; the message is a sentence without its full stop.</summary>
public sealed class StoreUnreachableException(string sentence) : Exception(sentence);
