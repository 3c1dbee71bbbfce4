using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>Runs the service; a bad setting ends it with one sentence on stderr instead of a stack trace.</summary>
public static class StartupFaults
{
    private const int CannotStart = 78; // EX_CONFIG of sysexits.h

    public static Task<int> RunAsync(Func<Task> service) => RunAsync(service, Console.Error);

    public static async Task<int> RunAsync(Func<Task> service, TextWriter stderr)
    {
        try
        {
            await service();
            return 0;
        }
        catch (Exception fault) when (Sentence(fault) is not null)
        {
            await stderr.WriteLineAsync(Sentence(fault));
            return CannotStart;
        }
    }

    /// <summary>What the person who set the service up must know, or null where the fault is not theirs.</summary>
    internal static string? Sentence(Exception fault) => fault switch
    {
        OptionsValidationException options => string.Join(' ', options.Failures),
        StartupRefusedException refused => refused.Message,
        InvalidDataException { InnerException: FormatException or System.Text.Json.JsonException } =>
            $"The settings cannot be read: {OneLine(fault.Message)}",
        IOException { InnerException: AddressInUseException } => $"--urls: {OneLine(fault.Message)}",
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } =>
            $"--urls: {OneLine(fault.Message)}",
        FormatException when fault.StackTrace?.Contains(nameof(BindingAddress), StringComparison.Ordinal) == true =>
            $"--urls: {OneLine(fault.Message)}",
        ArgumentOutOfRangeException { ParamName: "port" } => "--urls: a port must be between 0 and 65535.",
        AggregateException { InnerExceptions: [var only] } => Sentence(only),
        _ => null,
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.') + ".";
}
