using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>Asks a process to end, as a service manager does. .NET itself only kills.</summary>
internal static partial class PosixSignal
{
    private const int Terminate = 15;

    public static void SendTerminate(int processId)
    {
        if (Kill(processId, Terminate) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
