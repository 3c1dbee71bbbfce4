namespace ControlPlane.System.Tests.Fleets;

/// <summary>The judge of all tests of a fleet sees what it is there to see.</summary>
public sealed class SingleLifeTests
{
    [Fact]
    public void A_guest_that_counts_on_elsewhere_has_lived_one_life() =>
        Assert.Empty(SingleLife.Breaches([Line("a", 1.0, 1), Line("a", 2.0, 2), Line("b", 3.0, 3), Line("b", 4.0, 5), Line("a", 5.0, 6)]));

    [Fact]
    public void A_count_that_comes_twice_is_a_guest_that_ran_twice() =>
        Assert.Contains("counted twice", Assert.Single(SingleLife.Breaches([Line("a", 1.0, 1), Line("a", 2.0, 2), Line("b", 2.5, 2)])));

    [Fact]
    public void A_source_that_counts_behind_its_target_is_a_guest_that_ran_twice() =>
        Assert.Contains("counted on behind", Assert.Single(SingleLife.Breaches([Line("a", 1.0, 1), Line("b", 2.0, 9), Line("a", 3.0, 2)])));

    [Fact]
    public void What_was_seen_at_one_moment_speaks_against_nobody() =>
        Assert.Empty(SingleLife.Breaches([Line("a", 1.0, 1), Line("b", 2.0, 3), Line("a", 2.0, 2)]));

    [Fact]
    public void A_boot_that_is_not_over_when_another_begins_elsewhere_ran_beside_it() => Assert.Contains("two boots",
        Assert.Single(SingleLife.Breaches([Line("a", 1.0, 1), Line("b", 2.0, 1, "y"), Line("a", 3.0, 2), Line("b", 4.0, 2, "y")])));

    [Fact]
    public void A_boot_that_ended_before_another_began_was_alone() =>
        Assert.Empty(SingleLife.Breaches([Line("a", 1.0, 1), Line("a", 2.0, 2), Line("b", 3.0, 1, "y"), Line("a", 4.0, 1, "z")]));

    [Theory]
    [InlineData("probe-memory vm=v boot=x checks=9 bad=1 mib=32")]
    [InlineData("probe-store vm=v boot=x name=vda checks=9 bad=1 errors=0")]
    [InlineData("probe-store vm=v boot=x name=vda checks=9 bad=0 errors=2")]
    [InlineData("[    9.1] Kernel panic - not syncing: Fatal exception")]
    public void What_the_guest_has_lost_is_told(string text) =>
        Assert.Contains("something was lost", Assert.Single(SingleLife.Breaches([Line("a", 1.0, 1), At("a", 2.0, text)])));

    private static ConsoleLine Line(string host, double seconds, int counter, string boot = "x") =>
        At(host, seconds, $"probe vm=v boot={boot} counter={counter} memory_mib=256 vcpus=1 ms=1");

    private static ConsoleLine At(string host, double seconds, string text) =>
        new(host, "v", text, TimeSpan.FromSeconds(seconds - 0.1), TimeSpan.FromSeconds(seconds));

    [Fact]
    public void A_line_that_was_cut_in_two_by_a_move_does_not_go_on_in_the_console_of_the_next_visit()
    {
        var folder = Directory.CreateTempSubdirectory("controlplane-test-");
        var path = Path.Combine(folder.FullName, "serial.log");
        try
        {
            using var console = new FollowedConsole("h", "vm", path, TimeSpan.Zero);
            File.WriteAllText(path, "probe counter=1\nprobe coun");
            Assert.Single(console.Look(() => TimeSpan.Zero));
            File.Delete(path);
            Assert.Empty(console.Look(() => TimeSpan.Zero));
            File.WriteAllText(path, "ter=8\nprobe counter=9\n");
            Assert.Equal(["ter=8", "probe counter=9"], console.Look(() => TimeSpan.Zero).Select(line => line.Text));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
