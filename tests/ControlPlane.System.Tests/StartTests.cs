using System.Diagnostics;

namespace ControlPlane.System.Tests;

/// <summary>How the service starts, refuses to start, and lives with a full disk.</summary>
[Collection(RealGuests.Name)]
public sealed class StartTests
{
    private static readonly (string, string) noLocalHost = ("ControlPlane__LocalHost__Enabled", "false");

    [Theory]
    [InlineData("ControlPlane__LocalHost__Driver", "XEN", "ControlPlane:LocalHost:Driver")]
    [InlineData("ControlPlane__Operations__RetentionDays", "0", "ControlPlane:Operations:RetentionDays")]
    [InlineData("ControlPlane__Store__MaxWaitingWrites", "many", "ControlPlane:Store:MaxWaitingWrites")]
    [InlineData("ControlPlane__LocalHost__Enabeld", "true", "Enabeld")]
    [InlineData("ControlPlane__Store", "Oracle", "ControlPlane:Store must be Sqlite or Postgres")]
    [InlineData("ControlPlane__Store", "Postgres", "ConnectionStrings:ControlPlane is not set")]
    [InlineData("ConnectionStrings__ControlPlane", "Host=x", "ControlPlane:Store is Sqlite")]
    public async Task A_bad_setting_stops_the_start_with_a_sentence_that_names_it(string key, string value, string named)
    {
        var directory = Directory.CreateTempSubdirectory("controlplane-system-");
        try
        {
            var (exitCode, output) = await ServiceProcess.RefusedAsync(directory.FullName, (key, value));

            Assert.Equal(78, exitCode);
            Assert.Contains(named, output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_stops_the_start_with_the_reason()
    {
        var (exitCode, output) = await ServiceProcess.RefusedAsync("/proc/controlplane", noLocalHost);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("ControlPlane:DataDirectory", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_another_service_uses_stops_the_start()
    {
        await using var first = await ServiceProcess.StartAsync(noLocalHost);

        var (exitCode, output) = await ServiceProcess.RefusedAsync(first.Directory, noLocalHost);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("ControlPlane:DataDirectory", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_token_is_printed_once_and_kept_where_only_its_owner_reads()
    {
        await using var service = await ServiceProcess.StartAsync(noLocalHost, ("ControlPlane__BootstrapToken", ""));

        var file = Path.Combine(service.Directory, "bootstrap-token");
        var token = (await File.ReadAllTextAsync(file)).Trim();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains(token, service.Output, StringComparison.Ordinal);
        await service.KillAsync();
        var said = service.Output.Length;
        await service.StartAgainAsync();
        Assert.DoesNotContain(token, service.Output[said..], StringComparison.Ordinal);
        service.Client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        await service.GetAsync("/v1/vms");
        await using var database = File.Open(Path.Combine(service.Directory, "controlplane.db"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(database, global::System.Text.Encoding.Latin1);
        Assert.DoesNotContain(token, await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_full_disk_refuses_writes_and_the_service_goes_on()
    {
        var directory = Directory.CreateTempSubdirectory("controlplane-small-").FullName;
        Skip.IfNot(Mount("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", directory), "mounting a small tmpfs needs root");
        try
        {
            await using (var service = await ServiceProcess.StartAsync(noLocalHost, ("ControlPlane__DataDirectory", directory)))
            {
                await RefusesWhenFullAsync(service, directory);
            }
        }
        finally
        {
            Mount("umount", directory);
            Directory.Delete(directory);
        }
    }

    private static async Task RefusesWhenFullAsync(ServiceProcess service, string directory)
    {
        var ballast = Path.Combine(directory, "ballast");
        Fill(ballast);
        var status = 0;
        for (var i = 0; i < 200 && status is 0 or 201; i++)
        {
            using var response = await service.SendAsync(HttpMethod.Post, "/v1/hosts", new
            {
                name = $"h{i}", driver = "SIMULATED", capacity = new { vcpu = 1, memoryMiB = 1, diskGiB = 1 },
            });
            status = (int)response.StatusCode;
            if (status != 201) { Assert.True(response.Headers.Contains("Retry-After"), "a full disk says when to try again"); }
        }
        Assert.Contains(status, new[] { 503, 507 });
        await service.GetAsync("/v1/hosts");
        File.Delete(ballast);
        await service.AskAsync(201, HttpMethod.Post, "/v1/hosts", new
        {
            name = "after", driver = "SIMULATED", capacity = new { vcpu = 1, memoryMiB = 1, diskGiB = 1 },
        });
    }

    private static void Fill(string file)
    {
        using var ballast = File.Create(file);
        var block = new byte[4096];
        try
        {
            while (true) { ballast.Write(block); ballast.Flush(flushToDisk: true); }
        }
        catch (IOException)
        {
            // Full: what was wanted.
        }
    }

    private static bool Mount(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
