using ControlPlane.Core.Images;

namespace ControlPlane.Api.Images;

internal static partial class ImagesLog
{
    [LoggerMessage(3101, LogLevel.Information, "Image {Image} got {Part} of {SizeBytes} bytes, SHA-256 {Sha256}")]
    internal static partial void Stored(ILogger logger, ImageId image, ImagePart part, long sizeBytes, string sha256);

    [LoggerMessage(3102, LogLevel.Information, "Content of {SizeBytes} bytes for image {Image} refused: {Reason}")]
    internal static partial void Refused(ILogger logger, ImageId image, long sizeBytes, string reason);

    [LoggerMessage(3103, LogLevel.Warning, "Image file {File} could not be removed; the next cleaning tries again")]
    internal static partial void NotRemoved(ILogger logger, string file, Exception fault);

    [LoggerMessage(3104, LogLevel.Information, "Removed {Files} image files that no image refers to")]
    internal static partial void Cleaned(ILogger logger, int files);

    [LoggerMessage(3105, LogLevel.Warning, "{Program} gave no second opinion on a qcow2: {Reason}")]
    internal static partial void NoSecondOpinion(ILogger logger, string program, string reason);
}
