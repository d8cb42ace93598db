using System.Net.Sockets;

namespace OllamaStudio.Core.Primitives;

/// <summary>What the failure of a request tells of the other side.</summary>
internal static class ConnectionFailures
{
    /// <summary>Whether nobody is there at all: the connection was refused, or no host has that name.</summary>
    public static bool NothingListens(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
                or SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound })
            {
                return true;
            }
        }

        return false;
    }
}
