namespace ControlPlane.Api.Http;

/// <summary>
/// What a service call came to: done, or refused with the reason. It is itself a result, so a handler may return it as it is.
/// </summary>
public abstract record Answer : IResult
{
    private Answer()
    {
    }

    public static implicit operator Answer(Problem why) => new Refused(why);

    public static Answer Ok(object body, long? version = null) => new Done(200, body, Version: version);

    public static Answer Created(string location, object body, long? version = null) => new Done(201, body, location, version);

    /// <summary>The operation goes on after this answer.</summary>
    public static Answer Accepted(string location, object operation) => new Done(202, operation, location);

    /// <summary>The same with an operation that is put into words when it goes out, if it does.</summary>
    public static Answer Accepted(string location, Func<object> operation) => new Done(202, new Lazy<object>(operation), location);

    public static Answer NoContent() => new Done(204, null);

    public Task ExecuteAsync(HttpContext httpContext) => Answers.WriteAsync(httpContext, this);

    /// <summary>It was done. <paramref name="Version"/> becomes the ETag.</summary>
    public sealed record Done(int Status, object? Body, string? Location = null, long? Version = null) : Answer
    {
        /// <summary>What goes out; where it was to be put into words later, it is now.</summary>
        public object? Body { get => field is Lazy<object> later ? later.Value : field; init; } = Body;

        /// <summary>The wait that was honoured, for Preference-Applied.</summary>
        public TimeSpan? AppliedWait { get; init; }
    }

    public sealed record Refused(Problem Why) : Answer;
}
