import { Controller, Get, Header, HttpCode, ServiceUnavailableException } from '@nestjs/common';
import { metricsRegistry } from '../metrics';
import { HealthRegistry, type HealthReport } from './health-registry';

@Controller()
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  @Get('health/live')
  @HttpCode(200)
  async live(): Promise<HealthReport> {
    return orUnavailable(await this.health.reportLiveness());
  }

  @Get('health/ready')
  @HttpCode(200)
  async ready(): Promise<HealthReport> {
    return orUnavailable(await this.health.reportReadiness());
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    return metricsRegistry.metrics();
  }
}

function orUnavailable(report: HealthReport): HealthReport {
  if (report.status !== 'ok') throw new ServiceUnavailableException(report);
  return report;
}
