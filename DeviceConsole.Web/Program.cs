using DeviceConsole.Web;
using DeviceConsole.Web.Hosting;

// Not by returning: threads of Quartz that try to reach a database which is away would keep the process alive as long as that lasts.
Environment.Exit(await Commands.RunAsync(args, ConsoleApplication.Build));
