using ControlPlane.Core.Hosts;
using ControlPlane.Core.Identifiers;
using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Identifiers;

public class SortableTextTests
{
    private static readonly Gen<Guid> Ids = Gen.Byte.Array[16].Select(bytes => new Guid(bytes, bigEndian: true));

    [Fact]
    public void What_is_written_is_read_again() => Ids.Sample(id =>
    {
        var text = SortableText.Write("vm", id);
        Assert.Matches("^vm_[0-7][0-9a-hjkmnp-tv-z]{25}$", text);
        Assert.True(SortableText.TryRead("vm", text, out var read));
        Assert.Equal(id, read);
    }, iter: 2000);

    [Fact]
    public void Texts_and_ids_sort_alike() => Gen.Select(Ids, Ids).Sample((left, right) =>
    {
        var order = Math.Sign(string.CompareOrdinal(SortableText.Write("vm", left), SortableText.Write("vm", right)));
        Assert.Equal(order, Math.Sign(new VmId(left).CompareTo(new(right))));
        Assert.Equal(order < 0, new VmId(left) < new VmId(right));
        Assert.Equal(order >= 0, new VmId(left) >= new VmId(right));
    }, iter: 2000);

    [Fact]
    public void Version_seven_ids_sort_by_the_time_they_were_made()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var texts = Enumerable.Range(0, 1000).Select(i => new HostId(Guid.CreateVersion7(start.AddMilliseconds(i))).ToString()).ToList();
        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
    }

    [Fact]
    public void Only_one_text_stands_for_an_id() => Gen.Select(Ids, Gen.Int[0, 28], Gen.Char["08zVilou-_ é"]).Sample((id, at, character) =>
    {
        var text = SortableText.Write("vm", id).ToCharArray();
        text[at] = character;
        var other = new string(text);
        if (SortableText.TryRead("vm", other, out var read)) { Assert.Equal(other, SortableText.Write("vm", read)); }
    }, iter: 3000);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vm_")]
    [InlineData("host_00000000000000000000000000")]
    [InlineData("vm_0000000000000000000000000")]
    [InlineData("vm_000000000000000000000000000")]
    [InlineData("vm_80000000000000000000000000")]
    [InlineData("vm_0000000000000000000000000u")]
    [InlineData("VM_00000000000000000000000000")]
    [InlineData("vm-00000000000000000000000000")]
    [InlineData("../../../../../../../../etc/x")]
    public void Anything_else_is_not_an_id(string? text)
    {
        Assert.False(VmId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => VmId.Parse(text!));
    }
}
