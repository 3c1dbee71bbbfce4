namespace ControlPlane.Api.Tests.Reservations;

/// <summary>What reservations must do, on paper: one host, vCPUs alone, written for clearness.</summary>
internal sealed class PaperReservations(int vcpus)
{
    private readonly Dictionary<int, Entry> reservations = [];
    private readonly Dictionary<int, int> vms = [];
    private int minute;

    internal int Used => vms.Values.Sum() + reservations.Values.Sum(entry => entry.Slots.Sum());

    internal IReadOnlyDictionary<int, Entry> Reservations => reservations;

    /// <summary>Whether the call succeeds; nothing changes when it does not.</summary>
    internal bool Apply(ReservationStep step)
    {
        switch (step)
        {
            case ReservationStep.Reserve it:
                if (reservations.ContainsKey(it.Name) || Used + (it.Count * it.Vcpus) > vcpus) { return false; }
                reservations[it.Name] = new(it.Count, minute + it.Minutes) { Slots = [.. Enumerable.Repeat(it.Vcpus, it.Count)] };
                return true;
            case ReservationStep.Create { Reservation: null } it:
                return Used + it.Vcpus <= vcpus && vms.TryAdd(it.Vm, it.Vcpus);
            case ReservationStep.Create { Reservation: { } name } it:
                if (vms.ContainsKey(it.Vm) || !reservations.TryGetValue(name, out var entry) || entry.End <= minute) { return false; }
                if (entry.Slots.Where(slot => slot >= it.Vcpus).Order().Cast<int?>().FirstOrDefault() is not { } slot) { return false; }
                entry.Slots.Remove(slot);
                entry.Consumed++;
                vms[it.Vm] = it.Vcpus;
                return true;
            case ReservationStep.DeleteVm it: return vms.Remove(it.Vm);
            case ReservationStep.DeleteReservation it: return reservations.Remove(it.Name);
            case ReservationStep.Wait it: minute += it.Minutes; return true;
            default:
                foreach (var due in reservations.Values.Where(each => each.End <= minute && each.Consumed < each.Count))
                {
                    due.Slots.Clear();
                    due.Expired = true;
                }
                return true;
        }
    }

    internal sealed class Entry(int count, int end)
    {
        internal int Count => count;
        internal int End => end;
        internal List<int> Slots { get; init; } = [];
        internal int Consumed { get; set; }
        internal bool Expired { get; set; }
        internal string State => Expired ? "EXPIRED" : Consumed == count ? "CONSUMED" : "ACTIVE";
    }
}
