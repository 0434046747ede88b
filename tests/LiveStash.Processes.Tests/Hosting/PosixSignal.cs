using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>Signals other than .NET's own kill. The numbers are those of Linux.</summary>
internal static partial class PosixSignal
{
    public const int Quit = 3;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int processId, int signal)
    {
        if (Kill(processId, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
