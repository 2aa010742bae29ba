using DeviceConsole.Web;
using DeviceConsole.Web.Hosting;

return await Commands.RunAsync(args, ConsoleApplication.Build);
