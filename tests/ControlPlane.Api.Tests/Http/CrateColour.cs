namespace ControlPlane.Api.Tests.Http;

public enum CrateColour
{
    Red,
    DarkBlue,
}
