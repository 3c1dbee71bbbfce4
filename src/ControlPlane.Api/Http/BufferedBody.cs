using System.Buffers;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Api.Http;

/// <summary>The request's body, read once and shared by all who need it: the record to bind and the hash of the request.</summary>
internal sealed class BufferedBody
{
    private static readonly object key = new();

    private BufferedBody(ReadOnlyMemory<byte> bytes, Problem? problem)
    {
        Bytes = bytes;
        Problem = problem;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Set where the body is too large.</summary>
    public Problem? Problem { get; }

    public static async ValueTask<BufferedBody> ReadAsync(HttpContext context)
    {
        if (context.Items[key] is BufferedBody kept)
        {
            return kept;
        }

        var limit = context.RequestServices.GetRequiredService<IOptions<HttpLimitsOptions>>().Value.MaxBodyBytes;
        var body = context.Request.ContentLength > limit ? TooLarge(limit) : await ReadAsync(context.Request, limit);
        context.Items[key] = body;
        return body;
    }

    /// <summary>The refusal where the body is not of this media type (in UTF-8), else null.</summary>
    public static Problem? RefuseMediaType(HttpRequest request, string wanted)
    {
        var right = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
        return right ? null : new Problem(ProblemCode.UnsupportedMediaType, $"The body must be sent as {wanted}.");
    }

    private static async ValueTask<BufferedBody> ReadAsync(HttpRequest request, long limit)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > limit)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return TooLarge(limit);
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return new BufferedBody(bytes, null);
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static BufferedBody TooLarge(long limit) =>
        new(default, new Problem(ProblemCode.PayloadTooLarge, $"The body is larger than {limit} bytes."));
}
