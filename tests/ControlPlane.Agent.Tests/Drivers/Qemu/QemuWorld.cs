using System.Net.Sockets;
using System.Text;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>A directory for VMs and a driver on it. Nothing of it outlives the test, whatever the test does.</summary>
public sealed class QemuWorld : IAsyncDisposable
{
    private readonly Dictionary<int, Socket> keyboards = [];
    private readonly List<Task> drains = [];

    private readonly Func<MoveCredentials?>? credentials;

    public QemuWorld(Action<AgentOptions>? configure = null, Func<MoveCredentials?>? credentials = null)
    {
        this.credentials = credentials;
        Options = new AgentOptions
        {
            VmsDirectory = Directory.CreateTempSubdirectory("controlplane-agent-").FullName, PowerdownRepeatSeconds = 1,
        };
        configure?.Invoke(Options);
        Driver = NewDriver();
    }

    public AgentOptions Options { get; }

    public QemuDriver Driver { get; private set; }

    public QemuDriver NewDriver() => new(Options, TimeProvider.System, NullLogger<QemuDriver>.Instance, credentials);

    /// <summary>What a restart of the service does: the old driver is gone, a new one finds what is there.</summary>
    public async Task RestartDriverAsync()
    {
        await Driver.DisposeAsync();
        Driver = NewDriver();
    }

    public string PathOf(VmAssignment vm, string name) => Path.Combine(Options.VmsDirectory, vm.VmId, name);

    internal VmDirectory DirectoryOf(VmAssignment vm) => VmDirectory.Of(Options.VmsDirectory, vm.VmId);

    internal IReadOnlyList<QemuProcess> ProcessesOf(VmAssignment vm) => [.. QemuProcess.FindAll(DirectoryOf(vm).PidFile)];

    /// <summary>Types a line on the guest's serial console.</summary>
    public async Task TypeAsync(VmAssignment vm, string line)
    {
        var process = Assert.Single(ProcessesOf(vm)).Id;
        if (!keyboards.TryGetValue(process, out var socket))
        {
            // Kept open: QEMU takes a character when the guest has room for it, and forgets those of a client that has left.
            keyboards[process] = socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathOf(vm, VmDirectory.SerialSocket)));
            drains.Add(DrainAsync(socket));
        }

        await socket.SendAsync(Encoding.ASCII.GetBytes(line + "\n"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var keyboard in keyboards.Values)
        {
            keyboard.Dispose();
        }

        await Task.WhenAll(drains);
        foreach (var vmId in await Driver.ListAsync(CancellationToken.None))
        {
            await Driver.RemoveAsync(Support.Assignments.New() with { VmId = vmId }, CancellationToken.None);
        }

        await Driver.DisposeAsync();
        Directory.Delete(Options.VmsDirectory, recursive: true);
        File.Delete(Options.VmsDirectory + ".lock");
    }

    // A client that does not read holds the guest's console up.
    private static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The guest or the test is over.
        }
    }
}
