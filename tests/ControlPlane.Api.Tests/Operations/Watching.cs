using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ControlPlane.Api.Tests.Operations;

/// <summary>An operation at each of its changes, as its stream tells it.</summary>
internal static class Watching
{
    public static async IAsyncEnumerable<JsonElement> OperationAsync(
        HttpClient client, string path, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var stream = await client.GetStreamAsync($"{path}/events", ct);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(ct))
        {
            if (item.Data.Length > 0) { yield return JsonDocument.Parse(item.Data).RootElement; }
        }
    }
}
