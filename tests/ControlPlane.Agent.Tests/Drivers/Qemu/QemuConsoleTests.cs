using System.Diagnostics;
using System.Globalization;
using System.Text;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Consoles of guests that talk without end.</summary>
[Collection(QemuCollection.Name)]
public sealed class QemuConsoleTests : IAsyncLifetime
{
    private const int LimitBytes = 8192;
    private const int LastLine = 4000;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly QemuWorld world = new(options =>
    {
        options.ConsoleBytes = LimitBytes;
        options.RotationCheckMilliseconds = 50;
    });

    private int lastRead;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await world.DisposeAsync();

    [SkippableFact]
    public async Task A_guest_that_talks_without_end_fills_its_two_files_and_no_more()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = Assignments.New(ProbeGuest.KernelBoot);
        await world.Driver.PrepareAsync(vm, None);
        await world.Driver.StartAsync(vm, None);
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("probe-ready");
        await world.TypeAsync(vm, "sh");
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("(?s)built-in shell.*[#$] ");
        await world.TypeAsync(vm, "i=0; while true; do i=$((i+1)); echo line-$i-of-a-guest-that-talks; done");
        // Any line this late: on a busy machine the guest fills both files between two looks, and a line of a given number may be gone.
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("line-[0-9]{4,}-");
        await Eventually.HoldsAsync(() => File.Exists(world.PathOf(vm, "serial.log.1")), "the console is rotated");
        await world.Driver.PauseAsync(vm, None);
        await Eventually.HoldsAsync(() => LengthOf(vm, "serial.log") <= LimitBytes, "the present file is within its limit");
        Assert.InRange(LengthOf(vm, "serial.log.1"), 1, 2 * LimitBytes);
        Assert.Contains("line-", await world.Driver.Console(vm.VmId)!.TextAsync());
    }

    [SkippableFact]
    public async Task One_who_follows_over_rotations_reads_every_line_once_and_in_order()
    {
        var vm = Assignments.New();
        await world.Driver.PrepareAsync(vm, None);
        var numbers = new List<int>();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var reading = FollowLinesAsync(vm, numbers, limit.Token);
        // As QEMU does, the shell appends where the file ends at that moment.
        using var guest = Process.Start(new ProcessStartInfo("sh", ["-c", $"cat >> {world.PathOf(vm, VmDirectory.SerialLogName)}"])
        {
            RedirectStandardInput = true,
        })!;
        var number = 0;
        while (number < LastLine)
        {
            await guest.StandardInput.WriteAsync($"line-{++number}\n");
            await guest.StandardInput.FlushAsync(limit.Token);
            // A reader that falls behind by two rotations misses text, which is not what is asked here: it is given time.
            if (number - Volatile.Read(ref lastRead) > 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
            }
        }

        guest.StandardInput.Close();
        await guest.WaitForExitAsync(limit.Token);
        await world.Driver.RemoveAsync(vm, None);
        await reading;
        Assert.Equal(numbers.Distinct().Order(), numbers);
        // Copying and emptying is not one act: a line written between the two is lost, and no more than a few may be.
        Assert.InRange(numbers.Count, LastLine - 200, LastLine);
    }

    [SkippableFact]
    public async Task A_restarted_agent_reads_the_older_file_before_the_present_one()
    {
        var vm = Assignments.New();
        await world.Driver.PrepareAsync(vm, None);
        await File.WriteAllTextAsync(world.PathOf(vm, "serial.log.1"), "older\n");
        await File.WriteAllTextAsync(world.PathOf(vm, VmDirectory.SerialLogName), "present\n");
        await world.RestartDriverAsync();
        Assert.Equal("older\npresent\n", await world.Driver.Console(vm.VmId)!.TextAsync());
    }

    private long LengthOf(VmAssignment vm, string name) => new FileInfo(world.PathOf(vm, name)).Length;

    private async Task FollowLinesAsync(VmAssignment vm, List<int> numbers, CancellationToken ct)
    {
        var rest = "";
        await foreach (var chunk in world.Driver.Console(vm.VmId)!.ReadAsync(follow: true, ct))
        {
            var lines = (rest + Encoding.ASCII.GetString(chunk.Span)).Split('\n');
            rest = lines[^1];
            numbers.AddRange(lines[..^1].Select(line => int.Parse(line.Split('-')[1], CultureInfo.InvariantCulture)));
            Volatile.Write(ref lastRead, numbers.Count == 0 ? 0 : numbers[^1]);
        }
    }
}
