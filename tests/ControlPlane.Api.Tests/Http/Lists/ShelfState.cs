namespace ControlPlane.Api.Tests.Http.Lists;

public enum ShelfState
{
    Empty,
    HalfFull,
    Full,
}
