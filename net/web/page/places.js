/* The counties of the demo (Tianshui; codes and names: GB/T 2260; seats of government, WGS-84). A
 * division has no coordinates in the wire form, so the page knows these by itself; any other place
 * is typed in as coordinates. */
export const COUNTIES = [
  { division: '620502', name: ['秦州区', 'Qinzhou'], lat: 34.5823, lon: 105.7201 },
  { division: '620503', name: ['麦积区', 'Maiji'], lat: 34.5721, lon: 105.8852 },
  { division: '620521', name: ['清水县', 'Qingshui'], lat: 34.7493, lon: 106.1327 },
  { division: '620522', name: ['秦安县', "Qin'an"], lat: 34.8602, lon: 105.6712 },
  { division: '620523', name: ['甘谷县', 'Gangu'], lat: 34.7336, lon: 105.3322 },
  { division: '620524', name: ['武山县', 'Wushan'], lat: 34.7232, lon: 104.8881 },
  { division: '620525', name: ['张家川县', 'Zhangjiachuan'], lat: 34.9855, lon: 106.2009 },
];
