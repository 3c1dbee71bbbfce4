namespace ControlPlane.Api.Http;

/// <summary>
/// The service cannot start as it is set up; the message is one sentence for the person who set it up and names the key or path.
/// </summary>
public sealed class StartupRefusedException : Exception
{
    public StartupRefusedException(string sentence)
        : base(sentence)
    {
    }

    public StartupRefusedException(string sentence, Exception cause)
        : base(sentence, cause)
    {
    }
}
