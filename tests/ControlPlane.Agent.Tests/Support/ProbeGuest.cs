using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Support;

/// <summary>The guest that deploy/guest/build.sh builds.</summary>
public static class ProbeGuest
{
    public static string RepositoryRoot { get; } = FindRoot();

    public static string Kernel => At("vmlinuz");

    public static string Initrd => At("initrd.img");

    public static string Disk => At("probe.qcow2");

    public static BootSource KernelBoot => new("KERNEL", Kernel, Initrd, "quiet");

    public static BootSource DiskBoot => new("QCOW2", Disk, null, null);

    public static void SkipUnlessBuilt() => Skip.IfNot(
        File.Exists(Kernel) && File.Exists(Initrd) && File.Exists(Disk),
        "deploy/guest/out has no probe guest: run deploy/guest/build.sh (deploy/test.sh does).");

    private static string At(string name) => Path.Combine(RepositoryRoot, "deploy", "guest", "out", name);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("ControlPlane.sln is in no folder above the tests.");
    }
}
