using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using FluentValidation;

namespace ControlPlane.Api.Hosts;

internal sealed class CreateHostValidator : AbstractValidator<CreateHost>
{
    private static readonly ResourceClass[] standard = [ResourceClass.Vcpu, ResourceClass.MemoryMiB, ResourceClass.DiskGiB];

    public CreateHostValidator()
    {
        RuleFor(host => host.Name).Must(name => ResourceName.TryParse(name, out _)).WithMessage(WordRules.NameRule);
        RuleFor(host => host.Driver).NotEqual("QEMU").WithMessage("QEMU hosts register themselves through their agents");
        RuleFor(host => host).Custom((host, context) =>
        {
            context.Zone("zone", host.Zone);
            context.Labels("labels", host.Labels);
            context.Traits("traits", host.Traits);
            context.Capacity("capacity", host.Capacity);
            context.Nodes("numaNodes", host.NumaNodes, host.Capacity);
            context.Cpu("cpu", host.Cpu);
            context.Firmwares("firmwares", host.Firmwares);
            context.Simulation("simulation", host.Simulation);
            foreach (var missing in standard.Where(resource => !host.Capacity.ContainsKey(resource.ToString())))
            {
                context.AddFailure($"capacity.{missing}", "is required: every host has vcpu, memoryMiB and diskGiB");
            }
        });
    }
}
