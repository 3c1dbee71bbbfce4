using ControlPlane.Core.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Resources;

/// <summary>Classes and amounts for random tests: few and small, so that they meet.</summary>
internal static class Some
{
    internal static readonly ResourceClass Gpu = ResourceClass.Parse("gpu");
    internal static readonly ResourceClass Vf = ResourceClass.Parse("sriov-vf");
    internal static readonly ResourceClass[] Classes = [ResourceClass.Vcpu, ResourceClass.MemoryMiB, Gpu, Vf];

    internal static readonly Gen<ResourceClass> Class = Gen.Int[0, Classes.Length - 1].Select(index => Classes[index]);

    /// <summary>Up to four classes with up to this much of each; zero leaves a class out.</summary>
    internal static Gen<ResourceVector> Vector(int most) => Gen.Int[0, most].Array[Classes.Length].Select(amounts =>
        ResourceVector.Of(Classes.Zip(amounts, (resource, amount) => KeyValuePair.Create(resource, (long)amount))));
}
