using System.Security.Cryptography;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Hosting;

/// <summary>Makes routers with this server's limits and a random source of their own.</summary>
internal sealed class WorkspaceRouterFactory(RouterLimits limits)
{
    public Router New() => new(NewSids(), limits);

    public Router Load(WorkspaceRecords records) => new(NewSids(), limits, records);

    /// <summary>For SIDs made outside any workspace's loop: the workspaces' own.</summary>
    public static SidSource NewSids()
    {
        var random = new BufferedRandom();
        return new SidSource(random.Fill);
    }

    /// <summary>
    /// Draws from the system's random source a page at a time, because one draw per SID costs a system call.
    /// </summary>
    private sealed class BufferedRandom
    {
        private readonly byte[] _page = new byte[4_096];
        private int _used = 4_096;

        public void Fill(Span<byte> bytes)
        {
            if (_used + bytes.Length > _page.Length)
            {
                RandomNumberGenerator.Fill(_page);
                _used = 0;
            }

            _page.AsSpan(_used, bytes.Length).CopyTo(bytes);
            _used += bytes.Length;
        }
    }
}
